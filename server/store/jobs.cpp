#include "server/store/jobs.hpp"

#include "server/crypto.hpp"
#include "server/store/sql_text.hpp"

#include <pqxx/pqxx>

namespace liuhen::server::store {
namespace {

// As JSON that a caller reads; the counts of an import are of its rows.
constexpr const char* shown_sql =
    "SELECT json_strip_nulls(json_build_object('id', j.id, 'kind', j.kind, 'subject', j.subject,"
    " 'asked', j.asked, 'due', CASE j.subject WHEN 'declaration' THEN"
    " declaration_due(j.asked ->> 'period') END, 'state', j.state, 'cancelling', CASE WHEN "
    "j.cancelled AND j.ended_at IS"
    " NULL THEN true END, 'account', j.account, 'asked_at', in_utc(j.asked_at), 'started_at',"
    " in_utc(j.started_at), 'ended_at', in_utc(j.ended_at), 'rows', json_build_object('total',"
    " j.rows_total, 'done', CASE j.kind WHEN 'IMPORT' THEN r.done ELSE j.rows_done END, 'made',"
    " r.made, 'repeated', r.repeated, 'fine', r.fine, 'refused', r.refused), 'faults', j.faults,"
    " 'file', CASE WHEN j.file_name IS NOT NULL THEN json_build_object('name', j.file_name,"
    " 'content_type', j.content_type, 'size', j.size, 'sha256', encode(j.sha256, 'hex'),"
    " 'kept_until', in_utc(j.kept_until)) END))"
    " FROM jobs j LEFT JOIN LATERAL (SELECT count(*) AS done,"
    " count(*) FILTER (WHERE outcome = 'MADE') AS made,"
    " count(*) FILTER (WHERE outcome = 'REPEATED') AS repeated,"
    " count(*) FILTER (WHERE outcome = 'FINE') AS fine,"
    " count(*) FILTER (WHERE outcome = 'REFUSED') AS refused"
    " FROM import_rows i WHERE i.job_id = j.id) r ON j.kind = 'IMPORT' WHERE ";

std::vector<std::string> texts_of(const pqxx::result& rows) {
    std::vector<std::string> texts;
    for (const auto& row : rows) texts.emplace_back(row[0].c_str());
    return texts;
}

pqxx::binarystring binary(std::string_view bytes) { return {bytes.data(), bytes.size()}; }

}  // namespace

void insert_job(pqxx::transaction_base& db, const NewJob& job,
                std::optional<std::string_view> input) {
    db.exec_params0(
        "INSERT INTO jobs (id, kind, subject, asked, role, party_id, division, account, person,"
        " token_id, asked_at) VALUES ($1::uuid, $2, $3, $4::jsonb, caller_role(), caller_party(),"
        " caller_division(), caller_account(), $5, $6::uuid, $7::timestamptz)",
        job.id, job.kind, job.subject, job.asked, job.person, job.token_id, to_iso(job.now));
    if (!input) return;
    db.exec_params0(
        "INSERT INTO job_inputs (job_id, sha256, bytes) VALUES ($1::uuid, decode($2, 'hex'), $3)",
        job.id, sha256_hex(*input), binary(*input));
}

JobCount count_jobs(pqxx::transaction_base& db, Instant since) {
    db.exec(
        "SELECT pg_advisory_xact_lock(hashtextextended('jobs ' || caller_role() || ' '"
        " || coalesce(caller_party()::text, caller_division()), 0))");
    const auto row =
        db.exec_params1("SELECT * FROM jobs_of_caller($1::timestamptz)", to_iso(since));
    return {row[0].as<int>(), row[1].as<int>()};
}

std::optional<std::string> show_job(pqxx::transaction_base& db, const std::string& id) {
    const auto rows = db.exec_params(shown_sql + std::string{"j.id = $1::uuid"}, id);
    if (rows.empty()) return std::nullopt;
    return std::string{rows[0][0].c_str()};
}

std::vector<std::string> list_jobs(pqxx::transaction_base& db, const std::string& before,
                                   int limit) {
    return texts_of(
        db.exec_params(shown_sql + std::string{"($1 = '' OR j.id < NULLIF($1, '')::uuid)"
                                               " ORDER BY j.id DESC LIMIT $2::int"},
                       before, limit));
}

std::vector<std::string> import_rows(pqxx::transaction_base& db, const std::string& job,
                                     const std::string& outcome, int after, int limit) {
    return texts_of(db.exec_params(
        "SELECT json_strip_nulls(json_build_object('row', row_no, 'outcome', outcome, 'id', made,"
        " 'faults', faults)) FROM import_rows WHERE job_id = $1::uuid AND ($2 = '' OR outcome = $2)"
        " AND row_no > $3::int ORDER BY row_no LIMIT $4::int",
        job, outcome, after, limit));
}

bool cancel_job(pqxx::transaction_base& db, const std::string& id) {
    return db.exec_params(
                 "UPDATE jobs SET cancelled = true WHERE id = $1::uuid"
                 " AND ended_at IS NULL",
                 id)
               .affected_rows() == 1;
}

std::optional<Instant> insert_link(pqxx::transaction_base& db, const std::string& job,
                                   const std::string& digest, Instant now, Instant wanted) {
    const auto rows = db.exec_params(
        "SELECT (extract(epoch FROM least(kept_until, $2::timestamptz)) * 1000)::bigint FROM jobs"
        " WHERE id = $1::uuid AND state = 'DONE' AND kept_until > $3::timestamptz",
        job, to_iso(wanted), to_iso(now));
    if (rows.empty()) return std::nullopt;
    const Instant until = instant_from_ms(rows[0][0].as<std::int64_t>());
    db.exec_params0(
        "INSERT INTO job_links (digest, job_id, made_at, expires_at) VALUES (decode($1, 'hex'),"
        " $2::uuid, $3::timestamptz, $4::timestamptz)",
        digest, job, to_iso(now), to_iso(until));
    return until;
}

std::optional<LinkedFile> open_link(pqxx::transaction_base& db, const std::string& digest,
                                    Instant now) {
    const auto rows = db.exec_params(
        "SELECT job, file_name, content_type, sha256, size"
        " FROM open_link(decode($1, 'hex'), $2::timestamptz)",
        digest, to_iso(now));
    if (rows.empty()) return std::nullopt;
    const auto text = [&rows](int column) { return std::string{rows[0][column].c_str()}; };
    return LinkedFile{text(0), text(1), text(2), text(3), rows[0][4].as<std::int64_t>()};
}

std::string piece_of_link(pqxx::transaction_base& db, const std::string& digest, int place,
                          Instant now) {
    const auto row =
        db.exec_params1("SELECT piece_of_link(decode($1, 'hex'), $2::int, $3::timestamptz)", digest,
                        place, to_iso(now));
    return row[0].is_null() ? std::string{} : pqxx::binarystring{row[0]}.str();
}

std::optional<Job> take_job(pqxx::transaction_base& db, Instant now) {
    const auto rows = db.exec_params(
        "UPDATE jobs SET state = 'RUNNING', attempts = attempts + 1,"
        " started_at = coalesce(started_at, $1::timestamptz) WHERE id = (SELECT id FROM jobs"
        "  WHERE state IN ('QUEUED', 'RUNNING') ORDER BY state DESC, kind, id LIMIT 1)"
        " RETURNING id, kind, subject, asked, token_id, person, role, coalesce(party_id::text, ''),"
        " division, attempts",
        to_iso(now));
    if (rows.empty()) return std::nullopt;
    const auto text = [&rows](int column) { return std::string{rows[0][column].c_str()}; };
    return Job{text(0), text(1), text(2), text(3), text(4),
               text(5), text(6), text(7), text(8), rows[0][9].as<int>()};
}

std::optional<Identity> asker_of(pqxx::transaction_base& db, const Job& job, Instant now) {
    const auto rows =
        db.exec_params("SELECT * FROM asker_of($1::uuid, $2::timestamptz)", job.id, to_iso(now));
    if (rows.empty()) return std::nullopt;
    Identity asker;
    asker.role = rows[0][0].c_str();
    asker.party = rows[0][1].c_str();
    asker.division = rows[0][2].c_str();
    asker.rank = rows[0][3].c_str();
    asker.account = rows[0][4].c_str();
    asker.member = rows[0][5].c_str();
    return asker;
}

JobInput job_input(pqxx::transaction_base& db, const std::string& job) {
    const auto row = db.exec_params1(
        "SELECT bytes, encode(sha256, 'hex') FROM job_inputs WHERE job_id = $1::uuid", job);
    return {pqxx::binarystring{row[0]}.str(), row[1].c_str()};
}

bool is_cancelled(pqxx::transaction_base& db, const std::string& job) {
    return db.exec_params1("SELECT cancelled FROM jobs WHERE id = $1::uuid", job)[0].as<bool>();
}

bool is_cancelled_last(pqxx::transaction_base& db, const std::string& job) {
    return db.exec_params1("SELECT cancelled FROM jobs WHERE id = $1::uuid FOR UPDATE", job)[0]
        .as<bool>();
}

void take_attempt_back(pqxx::transaction_base& db, const std::string& job) {
    db.exec_params0("UPDATE jobs SET attempts = attempts - 1 WHERE id = $1::uuid AND attempts > 0",
                    job);
}

void tell_progress(pqxx::transaction_base& db, const std::string& job,
                   std::optional<std::size_t> total, std::size_t done) {
    db.exec_params0(
        "UPDATE jobs SET rows_total = coalesce($2::int, rows_total), rows_done = $3::int"
        " WHERE id = $1::uuid",
        job, total ? std::optional{std::to_string(*total)} : std::nullopt, std::to_string(done));
}

void add_piece(pqxx::transaction_base& db, const std::string& job, int place,
               std::string_view bytes) {
    db.exec_params0("INSERT INTO job_pieces (job_id, place, bytes) VALUES ($1::uuid, $2::int, $3)",
                    job, place, binary(bytes));
}

void drop_pieces(pqxx::transaction_base& db, const std::string& job) {
    db.exec_params0("DELETE FROM job_pieces WHERE job_id = $1::uuid", job);
}

void end_job(pqxx::transaction_base& db, const std::string& job, std::string_view state,
             const std::string& faults, const std::optional<MadeFile>& made, Instant now) {
    db.exec_params0("DELETE FROM job_inputs WHERE job_id = $1::uuid", job);
    if (!made) drop_pieces(db, job);
    const auto maybe = [&made](const std::string& text) {
        return made ? std::optional{text} : std::nullopt;
    };
    const MadeFile file = made.value_or(MadeFile{});
    db.exec_params0(
        "UPDATE jobs SET state = $2, faults = $3::jsonb, ended_at = $4::timestamptz, file_name ="
        " $5, content_type = $6, size = $7::bigint, sha256 = decode($8, 'hex'),"
        " kept_until = $9::timestamptz WHERE id = $1::uuid",
        job, std::string{state}, faults, to_iso(now), maybe(file.name), maybe(file.content_type),
        maybe(std::to_string(file.size)), maybe(file.sha256), maybe(to_iso(file.kept_until)));
}

std::size_t drop_expired(pqxx::transaction_base& db, Instant now) {
    constexpr std::chrono::hours remembered{24 * 90};
    const auto gone = db.exec_params(
        "WITH over AS (SELECT j.id FROM jobs j JOIN job_pieces p ON p.job_id = j.id"
        "  WHERE j.kept_until <= $1::timestamptz AND p.place = 0 LIMIT 100),"
        " links AS (DELETE FROM job_links WHERE job_id IN (SELECT id FROM over))"
        " DELETE FROM job_pieces WHERE job_id IN (SELECT id FROM over) AND place = 0"
        " RETURNING job_id",
        to_iso(now));
    for (const auto& row : gone) drop_pieces(db, row[0].c_str());
    db.exec_params0("DELETE FROM jobs WHERE ended_at < $1::timestamptz", to_iso(now - remembered));
    return static_cast<std::size_t>(gone.size());
}

RowStanding row_standing(pqxx::transaction_base& db, const std::string& job, int row) {
    const auto found = db.exec_params1(
        "SELECT cancelled, EXISTS (SELECT 1 FROM import_rows i WHERE i.job_id = j.id"
        " AND i.row_no = $2::int) FROM jobs j WHERE id = $1::uuid",
        job, row);
    return {found[0].as<bool>(), found[1].as<bool>()};
}

std::string made_before(pqxx::transaction_base& db, const std::string& subject,
                        const std::string& sha256, int row) {
    const auto rows = db.exec_params(
        "SELECT made FROM imported_rows WHERE party_id = caller_party() AND subject = $1"
        " AND sha256 = decode($2, 'hex') AND row_no = $3::int",
        subject, sha256, row);
    return rows.empty() ? std::string{} : std::string{rows[0][0].c_str()};
}

void note_row(pqxx::transaction_base& db, const std::string& job, const ImportedRow& row) {
    db.exec_params0(
        "INSERT INTO import_rows (job_id, row_no, outcome, made, faults) VALUES ($1::uuid,"
        " $2::int, $3, NULLIF($4, '')::uuid, $5::jsonb)",
        job, row.number, row.outcome, row.made, row.faults);
}

void keep_made(pqxx::transaction_base& db, const Job& job, const std::string& sha256,
               const ImportedRow& row) {
    db.exec_params0(
        "INSERT INTO imported_rows (party_id, subject, sha256, row_no, made, job_id) VALUES"
        " (caller_party(), $1, decode($2, 'hex'), $3::int, $4::uuid, $5::uuid)",
        job.subject, sha256, row.number, row.made, job.id);
}

}  // namespace liuhen::server::store
