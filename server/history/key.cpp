#include "server/history/key.hpp"

#include "server/crypto.hpp"
#include "server/key_file.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <stdexcept>
#include <unistd.h>

namespace liuhen::server::history {
namespace {

constexpr std::size_t id_digits = 16;
constexpr std::size_t max_key_file = 4'096;
constexpr std::size_t sm2_point_bytes = 65;

struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using Context = std::unique_ptr<EVP_MD_CTX, Free>;
using Bio = std::unique_ptr<BIO, Free>;
using Key = std::shared_ptr<void>;

EVP_PKEY* raw(const Key& key) { return static_cast<EVP_PKEY*>(key.get()); }
Key held(EVP_PKEY* key) {
    return {key, [](void* one) { Free{}(static_cast<EVP_PKEY*>(one)); }};
}

void must(int done, const char* what) {
    if (done != 1) throw std::runtime_error{std::string{what} + " failed"};
}
const unsigned char* octets(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Key make_key(const char* type) {
    const std::unique_ptr<EVP_PKEY_CTX, Free> context{
        EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr)};
    EVP_PKEY* key = nullptr;
    must(context && EVP_PKEY_keygen_init(context.get()) == 1 ? 1 : 0, type);
    must(EVP_PKEY_generate(context.get(), &key), type);
    return held(key);
}

std::string content(BIO* bio) {
    char* bytes = nullptr;
    const long length = BIO_get_mem_data(bio, &bytes);
    return {bytes, static_cast<std::size_t>(length)};
}

std::string private_pem(const Key& key) {
    const Bio bio{BIO_new(BIO_s_mem())};
    must(PEM_write_bio_PrivateKey(bio.get(), raw(key), nullptr, nullptr, 0, nullptr, nullptr),
         "writing a key");
    return content(bio.get());
}

std::string public_pem(const Key& key) {
    const Bio bio{BIO_new(BIO_s_mem())};
    must(PEM_write_bio_PUBKEY(bio.get(), raw(key)), "writing a key");
    return content(bio.get());
}

std::string ed25519_hex(const Key& key) {
    std::array<unsigned char, digest_bytes> bytes{};
    std::size_t length = bytes.size();
    must(EVP_PKEY_get_raw_public_key(raw(key), bytes.data(), &length), "reading a key");
    return hex(bytes);
}

std::string sm2_hex(const Key& key) {
    std::array<unsigned char, sm2_point_bytes> bytes{};
    std::size_t length = 0;
    must(EVP_PKEY_get_octet_string_param(raw(key), OSSL_PKEY_PARAM_PUB_KEY, bytes.data(),
                                         bytes.size(), &length),
         "reading a key");
    return hex_of({reinterpret_cast<const char*>(bytes.data()), length});
}

PublicKeys published(const Key& ed25519, const Key& sm2) {
    PublicKeys keys;
    keys.ed25519 = ed25519_hex(ed25519);
    keys.sm2 = sm2_hex(sm2);
    keys.id = sha256_hex(bytes_from_hex(keys.ed25519).value()).substr(0, id_digits);
    keys.ed25519_pem = public_pem(ed25519);
    keys.sm2_pem = public_pem(sm2);
    return keys;
}

// What an algorithm needs beside its key: Ed25519 hashes by itself, SM2 with SM3.
struct Scheme {
    const char* digest;
    std::string_view identity;
};
constexpr Scheme ed25519_scheme{nullptr, {}};
constexpr Scheme sm2_scheme{"SM3", sm2_identity};

void set_identity(EVP_PKEY_CTX* context, const Scheme& scheme) {
    if (scheme.identity.empty()) return;
    must(EVP_PKEY_CTX_set1_id(context, scheme.identity.data(),
                              static_cast<int>(scheme.identity.size())),
         "naming an SM2 identity");
}

std::string signature_of(const Key& key, const Scheme& scheme, std::string_view text) {
    const Context context{EVP_MD_CTX_new()};
    EVP_PKEY_CTX* inner = nullptr;  // belongs to `context`
    must(EVP_DigestSignInit_ex(context.get(), &inner, scheme.digest, nullptr, nullptr, raw(key),
                               nullptr),
         "signing");
    set_identity(inner, scheme);
    std::size_t length = 0;
    must(EVP_DigestSign(context.get(), nullptr, &length, octets(text), text.size()), "signing");
    std::string signature(length, '\0');
    must(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                        octets(text), text.size()),
         "signing");
    signature.resize(length);
    return signature;
}

Verdict check_one(const Key& key, const Scheme& scheme, std::string_view text,
                  std::string_view signature, Verdict wrong) {
    const Context context{EVP_MD_CTX_new()};
    EVP_PKEY_CTX* inner = nullptr;
    must(EVP_DigestVerifyInit_ex(context.get(), &inner, scheme.digest, nullptr, nullptr, raw(key),
                                 nullptr),
         "checking a signature");
    set_identity(inner, scheme);
    const int said = EVP_DigestVerify(context.get(), octets(signature), signature.size(),
                                      octets(text), text.size());
    return said == 1 ? Verdict::good : wrong;
}

KeyFile key_file(const std::string& path) { return {path, "the key of the history"}; }

}  // namespace

std::optional<Verifier> Verifier::from_pem(const std::string& pem) {
    const Bio bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    Verifier verifier;
    verifier.ed25519_ = held(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
    verifier.sm2_ = held(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
    if (!verifier.ed25519_ || !verifier.sm2_) return std::nullopt;
    if (EVP_PKEY_is_a(raw(verifier.ed25519_), "ED25519") != 1 ||
        EVP_PKEY_is_a(raw(verifier.sm2_), "SM2") != 1)
        return std::nullopt;
    verifier.keys_ = published(verifier.ed25519_, verifier.sm2_);
    return verifier;
}

Verdict Verifier::check(std::string_view text, const Signatures& signatures) const {
    const Verdict first =
        check_one(ed25519_, ed25519_scheme, text, signatures.ed25519, Verdict::ed25519_wrong);
    if (first != Verdict::good) return first;
    return check_one(sm2_, sm2_scheme, text, signatures.sm2, Verdict::sm2_wrong);
}

SigningKeys SigningKeys::load_or_make(const std::string& path) {
    const KeyFile file = key_file(path);
    if (::access(path.c_str(), F_OK) != 0)
        file.make(private_pem(make_key("ED25519")) + private_pem(make_key("SM2")));
    const std::string pem = file.read(max_key_file);
    const Bio bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    SigningKeys keys;
    keys.verifier_.ed25519_ = held(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
    keys.verifier_.sm2_ = held(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
    if (!keys.verifier_.ed25519_ || !keys.verifier_.sm2_)
        file.bad("does not hold an Ed25519 and an SM2 key");
    keys.verifier_.keys_ = published(keys.verifier_.ed25519_, keys.verifier_.sm2_);
    return keys;
}

Signatures SigningKeys::sign(std::string_view text) const {
    return {signature_of(verifier_.ed25519_, ed25519_scheme, text),
            signature_of(verifier_.sm2_, sm2_scheme, text)};
}

}  // namespace liuhen::server::history
