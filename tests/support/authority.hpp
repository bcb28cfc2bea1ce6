// An authority that signs certificates, of servers and of clients, in files of its own.
#pragma once

#include "server/crypto.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <stdlib.h>
#include <string>

namespace liuhen::test {

class Authority {
public:
    /// A certificate with its key, as files in PEM.
    struct Issued {
        std::string file, key;
        std::string thumbprint;  ///< x5t#S256 of RFC 8705
    };

    explicit Authority(const std::string& name) {
        std::string pattern = std::filesystem::temp_directory_path() / "lh-ca-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
        folder_ = pattern;
        pair_.reset(EVP_EC_gen("P-256"));
        own_ = certificate(name, *pair_, "CA:TRUE", nullptr);
        write(file(), *own_);
    }
    ~Authority() { std::filesystem::remove_all(folder_); }
    Authority(const Authority&) = delete;
    Authority& operator=(const Authority&) = delete;

    /// Its own certificate.
    [[nodiscard]] std::string file() const { return folder_ / "authority.pem"; }
    /// A certificate for `name`, and for 127.0.0.1 as a server; again: another one in its place.
    [[nodiscard]] Issued issue(const std::string& name) const {
        const Pair pair{EVP_EC_gen("P-256")};
        const auto made = certificate(name, *pair, "CA:FALSE", "IP:127.0.0.1");
        Issued issued{folder_ / (name + ".pem"), folder_ / (name + ".key"), {}};
        write(issued.file, *made);
        const Out secret{issued.key};
        PEM_write_bio_PrivateKey(secret.bio.get(), pair.get(), nullptr, nullptr, 0, nullptr,
                                 nullptr);
        using std::filesystem::perms;
        std::filesystem::permissions(issued.key, perms::owner_read | perms::owner_write);
        std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
        unsigned length = 0;
        X509_digest(made.get(), EVP_sha256(), digest.data(), &length);
        const void* const bytes = digest.data();
        issued.thumbprint = server::base64url({static_cast<const char*>(bytes), length});
        return issued;
    }

private:
    template <auto Free>
    struct Release {
        template <class T>
        void operator()(T* thing) const {
            Free(thing);
        }
    };
    using Pair = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
    using Made = std::unique_ptr<X509, Release<X509_free>>;
    struct Out {
        explicit Out(const std::string& path) : bio{BIO_new_file(path.c_str(), "w")} {
            if (!bio) throw std::runtime_error{"cannot write " + path};
        }
        std::unique_ptr<BIO, Release<BIO_free>> bio;
    };

    static void extend(X509& made, int what, const char* value) {
        const std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>> extension{
            X509V3_EXT_conf_nid(nullptr, nullptr, what, value)};
        if (!extension || X509_add_ext(&made, extension.get(), -1) != 1)
            throw std::runtime_error{"extension"};
    }
    [[nodiscard]] Made certificate(const std::string& name, EVP_PKEY& pair, const char* constraint,
                                   const char* address) const {
        static long serial = 1;
        Made made{X509_new()};
        X509_set_version(made.get(), X509_VERSION_3);
        ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
        X509_gmtime_adj(X509_getm_notBefore(made.get()), -60);
        X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
        X509_set_pubkey(made.get(), &pair);
        auto* subject = X509_get_subject_name(made.get());
        const void* const text = name.c_str();
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                                   static_cast<const unsigned char*>(text), -1, -1, 0);
        X509_set_issuer_name(made.get(), own_ ? X509_get_subject_name(own_.get()) : subject);
        extend(*made, NID_basic_constraints, constraint);
        if (address != nullptr) extend(*made, NID_subject_alt_name, address);
        if (X509_sign(made.get(), pair_.get(), EVP_sha256()) == 0) throw std::runtime_error{"sign"};
        return made;
    }
    static void write(const std::string& path, X509& certificate) {
        const Out out{path};
        PEM_write_bio_X509(out.bio.get(), &certificate);
    }

    std::filesystem::path folder_;
    Pair pair_;
    Made own_;
};

}  // namespace liuhen::test
