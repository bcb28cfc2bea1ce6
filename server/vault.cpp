#include "server/vault.hpp"

#include "server/crypto.hpp"
#include "server/hmac.hpp"
#include "server/key_file.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <unistd.h>

namespace liuhen::server {
namespace {

constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;
constexpr std::size_t key_id_digits = 16;

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const unsigned char* octets(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* octets(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

[[noreturn]] void failed(const char* what) {
    throw std::runtime_error{std::string{what} + " failed"};
}

void must(int done, const char* what) {
    if (done != 1) failed(what);
}

Context begin(std::string_view key, std::string_view nonce, std::string_view bound_to, int seals) {
    Context context{EVP_CIPHER_CTX_new()};
    if (!context) failed("AES-256-GCM");
    must(EVP_CipherInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, octets(key), octets(nonce),
                           seals),
         "AES-256-GCM");
    int length = 0;
    must(EVP_CipherUpdate(context.get(), nullptr, &length, octets(bound_to),
                          static_cast<int>(bound_to.size())),
         "AES-256-GCM");
    return context;
}

std::string pass(EVP_CIPHER_CTX* context, std::string_view in) {
    std::string out(in.size(), '\0');
    int length = 0;
    must(EVP_CipherUpdate(context, octets(out), &length, octets(in), static_cast<int>(in.size())),
         "AES-256-GCM");
    return out;
}

KeyFile key_file(const std::string& path) { return {path, "the secret key"}; }

std::string read_key(const std::string& path) {
    const KeyFile file = key_file(path);
    std::string bytes = file.read(secret_key_bytes + 1);
    if (bytes.size() != secret_key_bytes) file.bad("does not hold exactly 32 bytes");
    return bytes;
}

// One block of HKDF-Expand (RFC 5869 section 2.3); the key is random and needs no extraction.
std::string derived_key(std::string_view key, std::string_view purpose) {
    return hmac_sha256(key, std::string{purpose} + '\x01');
}

}  // namespace

Vault::Vault(const std::vector<std::string>& keys) {
    for (const auto& bytes : keys) {
        if (bytes.size() != secret_key_bytes) throw std::runtime_error{"a secret key has 32 bytes"};
        keys_.push_back({sha256_hex(bytes).substr(0, key_id_digits), bytes});
    }
}

Vault Vault::from_files(const std::vector<std::string>& paths) {
    std::vector<std::string> keys;
    std::transform(paths.begin(), paths.end(), std::back_inserter(keys), read_key);
    return Vault{keys};
}

SealedSecret Vault::seal(std::string_view secret, std::string_view bound_to) const {
    if (is_closed()) throw std::logic_error{"a vault without keys seals nothing"};
    const Key& key = keys_.front();
    const std::string nonce = random_bytes(nonce_bytes);
    const Context context = begin(key.bytes, nonce, bound_to, 1);
    std::string sealed = nonce + pass(context.get(), secret);
    std::array<unsigned char, tag_bytes> tag{};
    int length = 0;
    must(EVP_CipherFinal_ex(context.get(), tag.data(), &length), "AES-256-GCM");
    must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, tag.data()),
         "AES-256-GCM");
    sealed.append(tag.begin(), tag.end());
    return {key.id, std::move(sealed)};
}

Result<std::string, VaultFault> Vault::open(const SealedSecret& sealed,
                                            std::string_view bound_to) const {
    const auto key = std::find_if(keys_.begin(), keys_.end(),
                                  [&sealed](const Key& one) { return one.id == sealed.key_id; });
    if (key == keys_.end()) return fail(VaultFault::no_key);
    const std::string_view bytes{sealed.bytes};
    if (bytes.size() < nonce_bytes + tag_bytes) return fail(VaultFault::not_authentic);
    const Context context = begin(key->bytes, bytes.substr(0, nonce_bytes), bound_to, 0);
    std::string secret =
        pass(context.get(), bytes.substr(nonce_bytes, bytes.size() - nonce_bytes - tag_bytes));
    std::string tag{bytes.substr(bytes.size() - tag_bytes)};
    must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()),
         "AES-256-GCM");
    int length = 0;
    std::array<unsigned char, tag_bytes> rest{};
    if (EVP_CipherFinal_ex(context.get(), rest.data(), &length) != 1)
        return fail(VaultFault::not_authentic);
    return secret;
}

std::vector<std::string> Vault::fingerprints(std::string_view text,
                                             std::string_view purpose) const {
    std::vector<std::string> prints;
    for (const Key& key : keys_)
        prints.push_back(hmac_sha256(derived_key(key.bytes, purpose), text));
    return prints;
}

void make_secret_key(const std::string& path) {
    if (::access(path.c_str(), F_OK) != 0) key_file(path).make(random_bytes(secret_key_bytes));
}

}  // namespace liuhen::server
