// Where a register's file is put while it is made: piece by piece beside its job.
#pragma once

#include "server/jobs/worker.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace liuhen::server::jobs {

class PieceShelf {
public:
    /// Clears away what an earlier attempt left.
    PieceShelf(Worker& worker, const store::Job& job);
    ~PieceShelf();
    PieceShelf(const PieceShelf&) = delete;
    PieceShelf& operator=(const PieceShelf&) = delete;

    /// Throws sheets::SheetNotWritten where the database's disk is full.
    void put(std::string_view piece);
    [[nodiscard]] std::int64_t size() const { return size_; }
    /// Of all that was put; to be called once.
    std::string sha256();

private:
    struct Digest;
    Worker& worker_;
    const store::Job& job_;
    std::unique_ptr<Digest> digest_;
    std::int64_t size_ = 0;  // bytes
    int place_ = 0;          // of the next piece
};

}  // namespace liuhen::server::jobs
