#include "server/history/folder.hpp"
#include "server/history/key.hpp"
#include "server/history/list.hpp"
#include "server/history/tree.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <stdlib.h>
#include <sys/stat.h>

using namespace liuhen;
using namespace liuhen::server::history;
namespace fs = std::filesystem;

namespace {

struct Folder {
    Folder() {
        std::string pattern = "/tmp/lh-anchors-XXXXXX";
        path = ::mkdtemp(pattern.data());
    }
    ~Folder() { fs::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    fs::path path;
};

std::vector<Head> heads(std::size_t count) {
    std::vector<Head> many;
    for (std::size_t i = 0; i < count; ++i)
        many.push_back({"019ca6e0-0000-7000-8000-00000000000" + std::to_string(i % 10),
                        static_cast<std::uint32_t>(i + 1),
                        digests_of({"record", std::to_string(i)})});
    return many;
}

SignedList signed_list(const SigningKeys& keys, std::uint64_t number) {
    AnchorList said;
    said.number = number;
    said.at = *parse_iso("2026-11-22T05:00:00Z");
    said.key_id = keys.keys().id;
    SignedList list;
    list.heads = heads(3);
    said.heads = 3;
    said.root = root_of_heads(list.heads);
    list.text = list_text(said);
    list.signatures = keys.sign(list.text);
    return list;
}

}  // namespace

TEST_CASE("from each leaf of a tree of any size a path leads to its root and to no other") {
    for (std::size_t count = 1; count <= 33; ++count) {
        std::vector<Digests> leaves;
        for (const Head& head : heads(count)) leaves.push_back(leaf_of(head_text(head)));
        const Digests root = root_of(leaves);
        for (std::size_t i = 0; i < count; ++i) {
            CHECK(root_by(leaves[i], path_of(leaves, i)) == root);
            CHECK_FALSE(root_by(leaf_of("another"), path_of(leaves, i)) == root);
        }
    }
    CHECK(hex(root_of({}).sha256) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("a tree of three splits as RFC 9162 says: two to the left, one to the right") {
    const auto a = leaf_of("a"), b = leaf_of("b"), c = leaf_of("c");
    const std::string one{"\1", 1};
    const auto left = digests_of({one, bytes_of(a.sha256), bytes_of(b.sha256)});
    CHECK(root_of({a, b, c}).sha256 ==
          digests_of({one, bytes_of(left.sha256), bytes_of(c.sha256)}).sha256);
}

TEST_CASE("keys are made once, for their owner only, and stay the same") {
    const Folder folder;
    const std::string path = folder.path / "history.key";
    const auto made = SigningKeys::load_or_make(path);
    struct stat about {};
    REQUIRE(::stat(path.c_str(), &about) == 0);
    CHECK((about.st_mode & 0777U) == 0600U);
    CHECK(SigningKeys::load_or_make(path).keys().ed25519 == made.keys().ed25519);
    CHECK(SigningKeys::load_or_make(path).keys().sm2 == made.keys().sm2);
    CHECK(made.keys().id.size() == 16);
    CHECK(made.keys().sm2.size() == 130);
    ::chmod(path.c_str(), 0644);
    CHECK_THROWS_WITH(SigningKeys::load_or_make(path), Catch::Contains("chmod 600"));
    std::ofstream{path} << "no key";
    ::chmod(path.c_str(), 0600);
    CHECK_THROWS_WITH(SigningKeys::load_or_make(path), Catch::Contains("does not hold"));
}

TEST_CASE("a signature holds for its text under its key, and for nothing else") {
    const Folder folder;
    const auto keys = SigningKeys::load_or_make(folder.path / "history.key");
    const auto others = SigningKeys::load_or_make(folder.path / "other.key");
    const auto verifier = Verifier::from_pem(keys.keys().ed25519_pem + keys.keys().sm2_pem);
    REQUIRE(verifier);
    CHECK(verifier->keys().id == keys.keys().id);
    const auto signatures = keys.sign("the list");
    CHECK(verifier->check("the list", signatures) == Verdict::good);
    CHECK(verifier->check("the lisT", signatures) == Verdict::ed25519_wrong);
    CHECK(verifier->check("the list", others.sign("the list")) == Verdict::ed25519_wrong);
    CHECK(verifier->check("the list", {signatures.ed25519, others.sign("the list").sm2}) ==
          Verdict::sm2_wrong);
    CHECK(verifier->check("the list", {}) == Verdict::ed25519_wrong);
    CHECK_FALSE(Verifier::from_pem("no key"));
    CHECK_FALSE(Verifier::from_pem(keys.keys().sm2_pem + keys.keys().ed25519_pem));
}

TEST_CASE("a list is read from exactly the text that was signed") {
    const Folder folder;
    const auto keys = SigningKeys::load_or_make(folder.path / "history.key");
    const auto list = signed_list(keys, 7);
    const auto said = read_list(list.text);
    REQUIRE(said);
    CHECK(said->number == 7);
    CHECK(said->root == root_of_heads(list.heads));
    CHECK_FALSE(read_list(" " + list.text));
    CHECK_FALSE(read_list("{}"));
    CHECK_FALSE(read_list(""));
    const auto again = read_line(line_of(list));
    REQUIRE(again);
    CHECK(again->text == list.text);
    CHECK(again->heads == list.heads);
    CHECK(again->signatures == list.signatures);
    CHECK_FALSE(read_line("{\"list\":1}"));
}

TEST_CASE("a folder gives its lists back in order, and a line cut short by a crash is taken away") {
    const Folder place;
    const auto keys = SigningKeys::load_or_make(place.path / "history.key");
    const auto path = place.path / "anchors" / "one";
    AnchorFolder folder{path};
    folder.publish(keys.keys());
    CHECK_FALSE(folder.newest());
    for (std::uint64_t number = 1; number <= 5; ++number)
        folder.append(number, signed_list(keys, number));
    const auto file = path / "anchors-000000000001.jsonl";
    const auto whole = fs::file_size(file);
    std::ofstream{file, std::ios::app} << line_of(signed_list(keys, 6)).substr(0, 300);
    AnchorFolder later{path};
    CHECK(later.newest()->text == signed_list(keys, 5).text);
    CHECK(fs::file_size(file) == whole);
    later.append(6, signed_list(keys, 6));
    AnchorReader reader{path};
    std::uint64_t number = 0;
    while (const auto line = reader.next()) {
        REQUIRE(line->list);
        CHECK(read_list(line->list->text)->number == ++number);
    }
    CHECK(number == 6);
    REQUIRE(keys_in(path).size() == 1);
    CHECK(keys_in(path)[0].keys().id == keys.keys().id);
    CHECK_THROWS_WITH(AnchorReader{place.path / "none"}, Catch::Contains("no folder"));
}
