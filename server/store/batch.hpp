// One transaction of the journal, written through libpq and believed only when the server said so.
#pragma once

#include "server/store/alerts.hpp"
#include "server/store/media.hpp"
#include "server/store/observations.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct pg_conn;

namespace liuhen::server::store {

struct RawFrameRow {
    std::int32_t terminal_key{};
    Instant received_at;
    std::vector<std::byte> frame;
};
inline constexpr std::size_t max_quarantine_bytes = 4'096;
struct QuarantineRow {
    std::string number;  ///< the device as it named itself
    std::string peer;
    Instant received_at;
    std::string fault;
    std::vector<std::byte> bytes;  ///< at most `max_quarantine_bytes`
};

/// What one chunk of a device came to: stored whole or not at all.
struct Entry {
    std::vector<ObservationRow> observations;
    std::vector<RawFrameRow> frames;
    std::vector<QuarantineRow> quarantine;
    std::vector<AlertRow> alerts;
    std::vector<MediumRow> media;
    std::vector<DocumentRow> documents;
    [[nodiscard]] bool empty() const { return rows() == 0; }
    [[nodiscard]] std::size_t rows() const {
        return observations.size() + frames.size() + quarantine.size() + alerts.size() +
               media.size() + documents.size();
    }
    /// What its frames, pieces, media and documents weigh; the rest is small and even.
    [[nodiscard]] std::size_t bytes() const;
};

/// What became of a transaction.
struct Written {
    enum class Verdict : std::uint8_t {
        done,      ///< committed (or, when only tried, it would have been)
        repeated,  ///< nothing stored: an observation is stored already
        bad_data,  ///< nothing stored: a row is refused whatever the time
        refused,   ///< nothing stored: the server cannot just now (disk full, shutting down)
        lost,      ///< the connection is gone; it may be stored or not
    } verdict{};
    std::string detail;          ///< SQLSTATE and message, without values of rows
    std::size_t observations{};  ///< stored now, those already there left out
    std::size_t fixes{};         ///< of them
};

/// How to meet rows that are stored already. Media and documents that are, are passed over in each.
enum class Way : std::uint8_t {
    first,  ///< straight into the tables; one repeated observation refuses all
    over,   ///< repeated observations are passed over; alerts must be new
    again,  ///< the outcome of a former try is unknown: everything stored already is passed over
};
/// Whether the transaction is meant or only tried.
enum class End : std::uint8_t { commit, roll_back };

/// One connection. Blocks; belongs to one thread.
class BatchWriter {
public:
    explicit BatchWriter(std::string conninfo);
    ~BatchWriter();
    BatchWriter(const BatchWriter&) = delete;
    BatchWriter& operator=(const BatchWriter&) = delete;

    /// All entries in one transaction. Connects when need be.
    Written write(std::span<const Entry* const> entries, Way way, End end = End::commit);
    void disconnect();

private:
    struct Disconnect {
        void operator()(pg_conn* connection) const;
    };
    class Transaction;

    Written connect();

    std::string conninfo_;
    std::unique_ptr<pg_conn, Disconnect> connection_;
};

}  // namespace liuhen::server::store
