#include "server/jobs/piece_shelf.hpp"

#include "server/sheets/writer.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

namespace liuhen::server::jobs {
namespace {

constexpr std::string_view disk_full = "53100";  // of PostgreSQL

}  // namespace

struct PieceShelf::Digest {
    struct Free {
        void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    };
    std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
};

PieceShelf::PieceShelf(Worker& worker, const store::Job& job)
    : worker_(worker), job_(job), digest_(std::make_unique<Digest>()) {
    if (EVP_DigestInit_ex(digest_->context.get(), EVP_sha256(), nullptr) != 1)
        throw std::runtime_error{"no SHA-256"};
    worker_.as_core([&](pqxx::work& db) { store::drop_pieces(db, job_.id); });
}

PieceShelf::~PieceShelf() = default;

void PieceShelf::put(std::string_view piece) {
    worker_.as_core([&](pqxx::work& db) {
        try {
            store::add_piece(db, job_.id, place_, piece);
        } catch (const pqxx::sql_error& error) {
            if (error.sqlstate() == disk_full) throw sheets::SheetNotWritten{error.what()};
            throw;
        }
    });
    EVP_DigestUpdate(digest_->context.get(), piece.data(), piece.size());
    size_ += static_cast<std::int64_t>(piece.size());
    ++place_;
}

std::string PieceShelf::sha256() {
    std::array<unsigned char, 32> bytes{};
    EVP_DigestFinal_ex(digest_->context.get(), bytes.data(), nullptr);
    std::string hex;
    for (const unsigned byte : bytes) hex += fmt::format("{:02x}", byte);
    return hex;
}

}  // namespace liuhen::server::jobs
