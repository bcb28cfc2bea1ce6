#include "server/store/batch.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace liuhen::server::store {
namespace {

using Verdict = Written::Verdict;
struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
};
using Reply = std::unique_ptr<PGresult, Clear>;

// Ends a transaction early; never leaves this file.
struct Stopped {
    Written why;
};

// What an SQLSTATE says of trying again (PostgreSQL documentation, appendix A).
struct StateRow {
    std::string_view prefix;
    Verdict verdict;
};
constexpr StateRow states[] = {
    {"23505", Verdict::repeated},  // unique violation
    {"22", Verdict::bad_data},     // data exception
    {"23", Verdict::bad_data},     // integrity constraint
    {"54", Verdict::bad_data},     // a row too large for its page or index
};
Verdict verdict_of(std::string_view state) {
    for (const StateRow& row : states) {
        if (state.starts_with(row.prefix)) return row.verdict;
    }
    return Verdict::refused;
}

// Of pg_type; they never change.
constexpr Oid bytea_type = 17;
constexpr Oid text_type = 25;

constexpr const char* make_stages =
    "CREATE TEMP TABLE IF NOT EXISTS staged_observations (LIKE observations) "
    "ON COMMIT DELETE ROWS;"
    "CREATE TEMP TABLE IF NOT EXISTS staged_frames (LIKE raw_frames) ON COMMIT DELETE ROWS;"
    "CREATE TEMP TABLE IF NOT EXISTS staged_quarantine (number text, peer text, "
    "received_at timestamptz, fault text, bytes bytea) ON COMMIT DELETE ROWS";
constexpr const char* take_new_observations =
    "WITH stored AS (INSERT INTO observations SELECT * FROM staged_observations "
    "ON CONFLICT DO NOTHING RETURNING kind) "
    "SELECT count(*), count(*) FILTER (WHERE kind = 1) FROM stored";
constexpr const char* take_new_frames =
    "INSERT INTO raw_frames SELECT DISTINCT s.* FROM staged_frames s WHERE NOT EXISTS "
    "(SELECT FROM raw_frames r WHERE r.received_at = s.received_at "
    "AND r.terminal_key = s.terminal_key AND r.frame = s.frame)";
constexpr const char* take_new_quarantine =
    "INSERT INTO quarantine (number, peer, received_at, fault, bytes) "
    "SELECT DISTINCT s.* FROM staged_quarantine s WHERE NOT EXISTS "
    "(SELECT FROM quarantine q WHERE q.number = s.number AND q.received_at = s.received_at "
    "AND q.fault = s.fault AND q.bytes = s.bytes)";

constexpr std::string_view frame_columns = "(terminal_key, received_at, frame)";
constexpr std::string_view quarantine_columns = "(number, peer, received_at, fault, bytes)";

constexpr std::size_t usual_observation_bytes = 256, usual_frame_bytes = 128;  // of COPY

// In the order of the unique index, which is then walked from left to right: what order rows have
// in their table nobody asks.
CopyBuffer observations_of(std::span<const Entry* const> entries) {
    std::vector<const ObservationRow*> rows;
    for (const Entry* entry : entries) {
        for (const auto& row : entry->observations) rows.push_back(&row);
    }
    std::ranges::stable_sort(rows, {}, [](const ObservationRow* row) {
        return std::pair{row->terminal_key, row->at};
    });
    CopyBuffer buffer;
    buffer.reserve(rows.size(), usual_observation_bytes);
    for (const auto* row : rows) put(buffer, *row);
    return buffer;
}

CopyBuffer frames_of(std::span<const Entry* const> entries) {
    CopyBuffer buffer;
    buffer.reserve(entries.size(), usual_frame_bytes);
    for (const Entry* entry : entries) {
        for (const auto& row : entry->frames) {
            buffer.row(3);
            buffer.put(row.terminal_key);
            buffer.put(row.received_at);
            buffer.put(std::span{row.frame});
        }
    }
    return buffer;
}

CopyBuffer quarantine_of(std::span<const Entry* const> entries) {
    CopyBuffer buffer;
    for (const Entry* entry : entries) {
        for (const auto& row : entry->quarantine) {
            buffer.row(5);
            buffer.put(std::string_view{row.number});
            buffer.put(std::string_view{row.peer});
            buffer.put(row.received_at);
            buffer.put(std::string_view{row.fault});
            buffer.put(
                std::span{row.bytes}.first(std::min(row.bytes.size(), max_quarantine_bytes)));
        }
    }
    return buffer;
}

std::vector<AlertRow> alerts_of(std::span<const Entry* const> entries) {
    std::vector<AlertRow> rows;
    for (const Entry* entry : entries) {
        rows.insert(rows.end(), entry->alerts.begin(), entry->alerts.end());
    }
    return rows;
}

std::vector<DocumentRow> documents_of(std::span<const Entry* const> entries) {
    std::vector<DocumentRow> rows;
    for (const Entry* entry : entries) {
        rows.insert(rows.end(), entry->documents.begin(), entry->documents.end());
    }
    return rows;
}

template <class Rows>
std::size_t weight_of(const Rows& rows, auto bytes) {
    std::size_t sum = 0;
    for (const auto& row : rows) sum += (row.*bytes).size();
    return sum;
}

std::size_t fixes_of(std::span<const Entry* const> entries) {
    std::size_t count = 0;
    for (const Entry* entry : entries) {
        for (const auto& row : entry->observations) count += row.kind == 1 ? 1U : 0U;
    }
    return count;
}

}  // namespace

// The statements of one transaction. Each is believed by its exact command tag on a live
// connection only: a killed server makes PQgetResult return null, which looks like "no error".
class BatchWriter::Transaction {
public:
    explicit Transaction(PGconn* connection) : connection_(connection) {}

    void run(const char* sql, std::string_view tag) {
        expect(Reply{PQexec(connection_, sql)}, tag);
    }

    void insert_alerts(const std::vector<AlertRow>& rows, Way way) {
        if (rows.empty()) return;
        const auto records = to_records(rows);
        const std::string sql{way == Way::again ? insert_again_statement() : insert_statement()};
        const std::array<const char*, 1> parameters{records.c_str()};
        const Reply reply{PQexecParams(connection_, sql.c_str(), 1, nullptr, parameters.data(),
                                       nullptr, nullptr, 0)};
        demand(reply, PGRES_COMMAND_OK);
        if (way == Way::again) return;
        expect_tag(reply, "INSERT 0 " + std::to_string(rows.size()));
    }

    // The bytes go as they are: as text they would be twice as many.
    void insert_medium(const MediumRow& row) {
        const std::string sql{insert_medium_statement()};
        const auto fields = fields_of(row);
        const auto* bytes = reinterpret_cast<const char*>(row.bytes.data());
        constexpr std::array<Oid, 2> types{bytea_type, text_type};
        constexpr std::array<int, 2> formats{1, 0};
        // No bytes are an empty value, and a null pointer would be no value.
        const std::array<const char*, 2> parameters{row.bytes.empty() ? "" : bytes, fields.c_str()};
        const std::array<int, 2> lengths{static_cast<int>(row.bytes.size()), 0};
        const Reply reply{PQexecParams(connection_, sql.c_str(), 2, types.data(), parameters.data(),
                                       lengths.data(), formats.data(), 0)};
        demand(reply, PGRES_COMMAND_OK);
    }

    void insert_documents(const std::vector<DocumentRow>& rows) {
        if (rows.empty()) return;
        const auto records = to_records(rows);
        const std::string sql{insert_documents_statement()};
        const std::array<const char*, 1> parameters{records.c_str()};
        const Reply reply{PQexecParams(connection_, sql.c_str(), 1, nullptr, parameters.data(),
                                       nullptr, nullptr, 0)};
        demand(reply, PGRES_COMMAND_OK);
    }

    void copy(std::string_view table, std::string_view columns, CopyBuffer buffer) {
        if (buffer.rows() == 0) return;
        const auto sql = "COPY " + std::string{table} + " " + std::string{columns} +
                         " FROM STDIN (FORMAT binary)";
        demand(Reply{PQexec(connection_, sql.c_str())}, PGRES_COPY_IN);
        const auto bytes = buffer.finish();
        if (PQputCopyData(connection_, bytes.data(), static_cast<int>(bytes.size())) != 1 ||
            PQputCopyEnd(connection_, nullptr) != 1) {
            stop(nullptr);
        }
        const Reply reply{PQgetResult(connection_)};
        while (const Reply rest{PQgetResult(connection_)}) {
        }
        expect(reply, "COPY " + std::to_string(buffer.rows()));
    }

    /// Stages are tables of this session, so that repeated rows can be passed over.
    void store_staged(std::span<const Entry* const> entries, Way way, Written& written) {
        demand(Reply{PQexec(connection_, make_stages)}, PGRES_COMMAND_OK);
        copy("staged_observations", observation_columns(), observations_of(entries));
        const Reply counts{PQexec(connection_, take_new_observations)};
        demand(counts, PGRES_TUPLES_OK);
        written.observations = std::stoul(PQgetvalue(counts.get(), 0, 0));
        written.fixes = std::stoul(PQgetvalue(counts.get(), 0, 1));
        if (way == Way::over) {
            copy("raw_frames", frame_columns, frames_of(entries));
            copy("quarantine", quarantine_columns, quarantine_of(entries));
            return;
        }
        copy("staged_frames", frame_columns, frames_of(entries));
        demand(Reply{PQexec(connection_, take_new_frames)}, PGRES_COMMAND_OK);
        copy("staged_quarantine", quarantine_columns, quarantine_of(entries));
        demand(Reply{PQexec(connection_, take_new_quarantine)}, PGRES_COMMAND_OK);
    }

    void store_straight(std::span<const Entry* const> entries, Written& written) {
        auto rows = observations_of(entries);
        written.observations = rows.rows();
        written.fixes = fixes_of(entries);
        copy("observations", observation_columns(), std::move(rows));
        copy("raw_frames", frame_columns, frames_of(entries));
        copy("quarantine", quarantine_columns, quarantine_of(entries));
    }

private:
    void demand(const Reply& reply, ExecStatusType status) {
        if (PQstatus(connection_) != CONNECTION_OK) stop(reply.get());
        if (!reply || PQresultStatus(reply.get()) != status) stop(reply.get());
    }
    void expect(const Reply& reply, std::string_view tag) {
        demand(reply, PGRES_COMMAND_OK);
        expect_tag(reply, tag);
    }
    // A COMMIT of a failed transaction says ROLLBACK and is no error; hence the exact tag.
    void expect_tag(const Reply& reply, std::string_view tag) {
        if (tag == PQcmdStatus(reply.get())) return;
        throw Stopped{
            {Verdict::lost, "unexpected answer " + std::string{PQcmdStatus(reply.get())}, 0, 0}};
    }
    [[noreturn]] void stop(const PGresult* reply) {
        const char* state = reply ? PQresultErrorField(reply, PG_DIAG_SQLSTATE) : nullptr;
        const char* message = reply ? PQresultErrorField(reply, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
        if (PQstatus(connection_) != CONNECTION_OK || !state) {
            throw Stopped{{Verdict::lost, "connection lost", 0, 0}};
        }
        throw Stopped{
            {verdict_of(state), std::string{state} + " " + (message ? message : ""), 0, 0}};
    }

    PGconn* connection_;
};

std::size_t Entry::bytes() const {
    return weight_of(frames, &RawFrameRow::frame) + weight_of(quarantine, &QuarantineRow::bytes) +
           weight_of(media, &MediumRow::bytes) + weight_of(documents, &DocumentRow::body);
}

void BatchWriter::Disconnect::operator()(pg_conn* connection) const { PQfinish(connection); }

BatchWriter::BatchWriter(std::string conninfo) : conninfo_(std::move(conninfo)) {}
BatchWriter::~BatchWriter() = default;

void BatchWriter::disconnect() { connection_.reset(); }

Written BatchWriter::connect() {
    connection_.reset(PQconnectdb(conninfo_.c_str()));
    if (PQstatus(connection_.get()) != CONNECTION_OK) {
        connection_.reset();
        return {Verdict::refused, "the database cannot be reached", 0, 0};
    }
    PQsetNoticeProcessor(
        connection_.get(), [](void*, const char*) {}, nullptr);
    const char* durable = "SELECT current_setting('synchronous_commit')";
    const Reply reply{PQexec(connection_.get(), durable)};
    if (!reply || PQresultStatus(reply.get()) != PGRES_TUPLES_OK) {
        connection_.reset();
        return {Verdict::refused, "the database does not answer", 0, 0};
    }
    if (std::strcmp(PQgetvalue(reply.get(), 0, 0), "off") == 0) {
        connection_.reset();
        return {Verdict::refused, "synchronous_commit is off: a commit would prove nothing", 0, 0};
    }
    return {};
}

Written BatchWriter::write(std::span<const Entry* const> entries, Way way, End end) {
    if (!connection_) {
        const auto connected = connect();
        if (!connection_) return connected;
    }
    Written written;
    Transaction transaction{connection_.get()};
    try {
        transaction.run("BEGIN", "BEGIN");
        if (way == Way::first) {
            transaction.store_straight(entries, written);
        } else {
            transaction.store_staged(entries, way, written);
        }
        transaction.insert_alerts(alerts_of(entries), way);
        for (const Entry* entry : entries) {
            for (const MediumRow& row : entry->media) transaction.insert_medium(row);
        }
        transaction.insert_documents(documents_of(entries));
        if (end == End::commit) {
            transaction.run("COMMIT", "COMMIT");
        } else {
            transaction.run("ROLLBACK", "ROLLBACK");
        }
        return written;
    } catch (const Stopped& stopped) {
        written = stopped.why;
    }
    if (written.verdict == Verdict::repeated && way != Way::first) {
        written.verdict = Verdict::bad_data;  // an alert's revision that another row has
    }
    try {
        if (written.verdict != Verdict::lost) transaction.run("ROLLBACK", "ROLLBACK");
    } catch (const Stopped&) {
        written.verdict = Verdict::lost;
    }
    if (written.verdict == Verdict::lost) disconnect();
    return written;
}

}  // namespace liuhen::server::store
