// JWTs as an agency's own provider would sign them, and as an attacker would: by OpenSSL alone, so
// that the library under test can be wrong.
#pragma once

#include "server/crypto.hpp"

#include <nlohmann/json.hpp>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace liuhen::test {

/// A key pair that signs by one algorithm: RS256, PS256 or ES256.
class SigningKey {
public:
    explicit SigningKey(std::string algorithm, unsigned bits = 2048)
        : algorithm_(std::move(algorithm)),
          key_(algorithm_ == "ES256" ? EVP_EC_gen("P-256") : EVP_RSA_gen(bits), EVP_PKEY_free) {
        if (!key_) throw std::runtime_error{"no key"};
    }
    [[nodiscard]] nlohmann::json jwk(const std::string& kid) const {
        nlohmann::json key{{"kid", kid}, {"alg", algorithm_}, {"use", "sig"}};
        if (algorithm_ != "ES256") {
            key["kty"] = "RSA";
            key["n"] = number(OSSL_PKEY_PARAM_RSA_N, 0);
            key["e"] = number(OSSL_PKEY_PARAM_RSA_E, 0);
        } else {
            key["kty"] = "EC";
            key["crv"] = "P-256";
            key["x"] = number(OSSL_PKEY_PARAM_EC_PUB_X, 32);
            key["y"] = number(OSSL_PKEY_PARAM_EC_PUB_Y, 32);
        }
        return key;
    }
    [[nodiscard]] std::string sign(const std::string& text) const {
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                              EVP_MD_CTX_free};
        EVP_PKEY_CTX* options = nullptr;
        EVP_DigestSignInit(context.get(), &options, EVP_sha256(), nullptr, key_.get());
        if (algorithm_ == "PS256") {
            EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
            EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
        }
        const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
        std::size_t size = 0;
        EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size());
        std::string signature(size, '\0');
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                       bytes, text.size());
        signature.resize(size);
        return algorithm_ == "ES256" ? plain(signature) : signature;
    }
    /// The public key's bytes: what an attacker of algorithm confusion takes for a secret.
    [[nodiscard]] std::string public_bytes() const {
        unsigned char* der = nullptr;
        const int size = i2d_PUBKEY(key_.get(), &der);
        std::string bytes{reinterpret_cast<char*>(der), static_cast<std::size_t>(size)};
        OPENSSL_free(der);
        return bytes;
    }
    [[nodiscard]] const std::string& algorithm() const { return algorithm_; }

private:
    [[nodiscard]] std::string number(const char* name, std::size_t width) const {
        BIGNUM* value = nullptr;
        EVP_PKEY_get_bn_param(key_.get(), name, &value);
        std::string bytes(std::max(width, static_cast<std::size_t>(BN_num_bytes(value))), '\0');
        BN_bn2binpad(value, reinterpret_cast<unsigned char*>(bytes.data()),
                     static_cast<int>(bytes.size()));
        BN_free(value);
        return server::base64url(bytes);
    }
    // R and S side by side, 32 bytes each (RFC 7518 section 3.4).
    static std::string plain(const std::string& der) {
        const auto* at = reinterpret_cast<const unsigned char*>(der.data());
        ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
        std::string bytes(64, '\0');
        auto* const to = reinterpret_cast<unsigned char*>(bytes.data());
        BN_bn2binpad(ECDSA_SIG_get0_r(pair), to, 32);
        BN_bn2binpad(ECDSA_SIG_get0_s(pair), to + 32, 32);
        ECDSA_SIG_free(pair);
        return bytes;
    }
    std::string algorithm_;
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

/// Header and claims as texts, so that they may be malformed.
inline std::string signed_text(const SigningKey& key, const std::string& header,
                               const std::string& claims) {
    const std::string text = server::base64url(header) + '.' + server::base64url(claims);
    return text + '.' + server::base64url(key.sign(text));
}
inline std::string signed_token(const SigningKey& key, const std::string& kid,
                                const nlohmann::json& claims) {
    return signed_text(
        key, nlohmann::json{{"alg", key.algorithm()}, {"kid", kid}, {"typ", "JWT"}}.dump(),
        claims.dump());
}
/// HS256 under any bytes.
inline std::string hmac_token(const std::string& secret, const std::string& header,
                              const std::string& claims) {
    const std::string text = server::base64url(header) + '.' + server::base64url(claims);
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
    return text + '.' + server::base64url({reinterpret_cast<char*>(mac), size});
}

}  // namespace liuhen::test
