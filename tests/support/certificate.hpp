// A self-signed certificate in files of its own, made on the spot.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <stdlib.h>
#include <string>

namespace liuhen::test {

class Certificate {
public:
    explicit Certificate(const std::string& name) {
        std::string pattern = std::filesystem::temp_directory_path() / "lh-tls-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
        folder_ = pattern;
        make(name);
    }
    ~Certificate() { std::filesystem::remove_all(folder_); }
    Certificate(const Certificate&) = delete;
    Certificate& operator=(const Certificate&) = delete;

    [[nodiscard]] std::string file() const { return folder_ / "certificate.pem"; }
    [[nodiscard]] std::string key() const { return folder_ / "key.pem"; }
    /// A new certificate, for `name`, in the place of the old one.
    void make(const std::string& name) const {
        const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pair{EVP_EC_gen("P-256"),
                                                                       EVP_PKEY_free};
        const std::unique_ptr<X509, decltype(&X509_free)> made{X509_new(), X509_free};
        ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
        X509_gmtime_adj(X509_getm_notBefore(made.get()), 0);
        X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
        X509_set_pubkey(made.get(), pair.get());
        auto* subject = X509_get_subject_name(made.get());
        const auto* text = reinterpret_cast<const unsigned char*>(name.c_str());
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, text, -1, -1, 0);
        X509_set_issuer_name(made.get(), subject);
        if (X509_sign(made.get(), pair.get(), EVP_sha256()) == 0) throw std::runtime_error{"sign"};
        const Out certificate{file()};
        const Out secret{key()};
        PEM_write_bio_X509(certificate.bio.get(), made.get());
        PEM_write_bio_PrivateKey(secret.bio.get(), pair.get(), nullptr, nullptr, 0, nullptr,
                                 nullptr);
    }
    /// Leaves something that is no certificate.
    void spoil() const { std::ofstream{file()} << "not a certificate"; }

private:
    struct Out {
        explicit Out(const std::string& path) : bio{BIO_new_file(path.c_str(), "w"), BIO_free} {
            if (!bio) throw std::runtime_error{"cannot write " + path};
        }
        std::unique_ptr<BIO, decltype(&BIO_free)> bio;
    };
    std::filesystem::path folder_;
};

}  // namespace liuhen::test
