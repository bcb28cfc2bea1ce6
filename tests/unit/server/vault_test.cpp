#include "server/vault.hpp"

#include "server/crypto.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

namespace {

using namespace liuhen::server;
namespace fs = std::filesystem;

const std::string old_key(32, 'o');
const std::string new_key(32, 'n');

struct Folder {
    Folder() {
        std::string pattern = (fs::temp_directory_path() / "lh-vault-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
        path = pattern;
    }
    ~Folder() { fs::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] std::string file(const std::string& name) const { return (path / name).string(); }
    fs::path path;
};

std::string fault_of(const std::string& path) {
    try {
        Vault::from_files({path});
    } catch (const std::runtime_error& fault) {
        return fault.what();
    }
    return "";
}

TEST_CASE("what was sealed opens again, and never looks the same twice") {
    const Vault vault{{new_key}};
    std::set<std::string> seen;
    for (const std::string secret : {"888888", "", "a longer secret of a lock"}) {
        const auto sealed = vault.seal(secret, "lock 7 static");
        CHECK(sealed.bytes.size() == secret.size() + 28);
        CHECK((secret.empty() || sealed.bytes.find(secret) == std::string::npos));
        CHECK(vault.open(sealed, "lock 7 static").value() == secret);
        CHECK(seen.insert(vault.seal(secret, "lock 7 static").bytes).second);
        CHECK(seen.insert(sealed.bytes).second);
    }
}

TEST_CASE("a secret moved to another lock does not open") {
    const Vault vault{{new_key}};
    const auto sealed = vault.seal("888888", "lock 7 static");
    CHECK(vault.open(sealed, "lock 8 static").error() == VaultFault::not_authentic);
    CHECK(vault.open(sealed, "lock 7 one_time").error() == VaultFault::not_authentic);
}

TEST_CASE("a secret with any byte changed, or cut, does not open") {
    const Vault vault{{new_key}};
    const auto sealed = vault.seal("888888", "lock");
    for (std::size_t i = 0; i < sealed.bytes.size(); ++i) {
        auto changed = sealed;
        changed.bytes[i] = static_cast<char>(changed.bytes[i] ^ 1);
        CHECK(vault.open(changed, "lock").error() == VaultFault::not_authentic);
        CHECK(vault.open({sealed.key_id, sealed.bytes.substr(0, i)}, "lock").error() ==
              VaultFault::not_authentic);
    }
}

TEST_CASE("a new key seals while the old one still opens what it sealed") {
    const auto sealed = Vault{{old_key}}.seal("123456", "lock");
    const Vault both{{new_key, old_key}};
    CHECK(both.open(sealed, "lock").value() == "123456");
    CHECK(both.seal("123456", "lock").key_id != sealed.key_id);
    CHECK(Vault{{new_key}}.open(sealed, "lock").error() == VaultFault::no_key);
    CHECK(Vault{}.is_closed());
    CHECK(Vault{}.open(sealed, "lock").error() == VaultFault::no_key);
}

TEST_CASE("a fingerprint is the same for the same text, key and purpose, and for nothing else") {
    const Vault both{{new_key, old_key}};
    const auto prints = both.fingerprints("33110219900307001X", "people");
    REQUIRE(prints.size() == 2);
    CHECK(prints[0].size() == 32);
    CHECK(prints[0] != prints[1]);
    CHECK(prints[1] == Vault{{old_key}}.fingerprints("33110219900307001X", "people").front());
    CHECK(both.fingerprints("33110219900307001X", "places")[0] != prints[0]);
    CHECK(both.fingerprints("331102199003070010", "people")[0] != prints[0]);
    CHECK(Vault{}.fingerprints("1", "people").empty());
    // HMAC-SHA-256 of "text" under HMAC-SHA-256 of "p" and 01 under the key, made with another
    // program.
    CHECK(sha256_hex(Vault{{new_key}}.fingerprints("text", "p").front()) ==
          "d54a82680fdc9a78a8410fb3b420f322c4f0b16bc4ea368e92340df975897e6e");
}

TEST_CASE("a key file is made once, for its owner alone, and read back") {
    const Folder folder;
    const auto path = folder.file("secret.key");
    make_secret_key(path);
    CHECK(fs::file_size(path) == 32);
    CHECK((fs::status(path).permissions() & fs::perms::mask) ==
          (fs::perms::owner_read | fs::perms::owner_write));
    const auto sealed = Vault::from_files({path}).seal("1", "lock");
    make_secret_key(path);
    CHECK(Vault::from_files({path}).open(sealed, "lock").value() == "1");
    make_secret_key(folder.file("not/there/yet.key"));
    CHECK(fs::file_size(folder.file("not/there/yet.key")) == 32);
}

TEST_CASE("a key file that is missing, short, long or open to others is refused in words") {
    const Folder folder;
    CHECK(fault_of(folder.file("none")).find("cannot be read") != std::string::npos);
    for (const std::size_t size : {0U, 31U, 33U, 4096U}) {
        const auto path = folder.file("k" + std::to_string(size));
        std::ofstream{path} << std::string(size, 'k');
        fs::permissions(path, fs::perms::owner_read);
        CHECK(fault_of(path).find("exactly 32 bytes") != std::string::npos);
    }
    const auto open = folder.file("open");
    std::ofstream{open} << std::string(32, 'k');
    for (const auto more :
         {fs::perms::group_read, fs::perms::others_read, fs::perms::group_write}) {
        fs::permissions(open, fs::perms::owner_read | more);
        CHECK(fault_of(open).find("chmod 600") != std::string::npos);
    }
    CHECK(fault_of(folder.path.string()).find("not a plain file") != std::string::npos);
}

}  // namespace
