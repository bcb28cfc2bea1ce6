// SQL of work in the background: jobs, what they read and what they make.
#pragma once

#include "base/time.hpp"
#include "server/database.hpp"

#include <nlohmann/json_fwd.hpp>
#include <pqxx/transaction_base>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server::store {

/// What a caller asks for.
struct NewJob {
    std::string id;       ///< uuid v7
    std::string kind;     ///< "IMPORT", "REGISTER"
    std::string subject;  ///< "manifests", …
    std::string asked;    ///< JSON
    std::string token_id;
    std::string person;
    Instant now;
};
/// In the caller's name. `input`: the file of an import.
void insert_job(pqxx::transaction_base& db, const NewJob& job,
                std::optional<std::string_view> input);

/// Jobs of the caller's organisation or authority: those that are not over, and those asked for
/// since. Nobody of it asks for another until the transaction ends.
struct JobCount {
    int open{};
    int since{};
};
JobCount count_jobs(pqxx::transaction_base& db, Instant since);

/// One job as it is shown: a JSON object, times in UTC. Nullopt: none, or not the caller's.
std::optional<std::string> show_job(pqxx::transaction_base& db, const std::string& id);
/// The caller's newest, before the one named (empty: the newest of all).
std::vector<std::string> list_jobs(pqxx::transaction_base& db, const std::string& before,
                                   int limit);
/// What became of the rows of an import, after row `after`; outcome empty: all.
std::vector<std::string> import_rows(pqxx::transaction_base& db, const std::string& job,
                                     const std::string& outcome, int after, int limit);
/// Wishes a job away; false: there is none that is still open.
bool cancel_job(pqxx::transaction_base& db, const std::string& id);

/// A way to what a job has made. Until when it holds; nullopt: nothing is there (any more).
std::optional<Instant> insert_link(pqxx::transaction_base& db, const std::string& job,
                                   const std::string& digest, Instant now, Instant wanted);
struct LinkedFile {
    std::string job, name, content_type, sha256;
    std::int64_t size{};
};
std::optional<LinkedFile> open_link(pqxx::transaction_base& db, const std::string& digest,
                                    Instant now);
/// The piece at a place, from 0; empty: there is none.
std::string piece_of_link(pqxx::transaction_base& db, const std::string& digest, int place,
                          Instant now);

// ---- For whoever does the jobs, as liuhen_core ----

struct Job {
    std::string id, kind, subject, asked;
    std::string token_id, person;
    std::string role, party, division;  ///< as who asked was then
    int attempts{};
};
/// The job to be done next, now running: one that was left behind, else the oldest import, else
/// the oldest register.
std::optional<Job> take_job(pqxx::transaction_base& db, Instant now);
/// Who asked, as he stands now; nullopt: he is gone.
std::optional<Identity> asker_of(pqxx::transaction_base& db, const Job& job, Instant now);
struct JobInput {
    std::string bytes, sha256;
};
JobInput job_input(pqxx::transaction_base& db, const std::string& job);
/// Whether it is wished away.
bool is_cancelled(pqxx::transaction_base& db, const std::string& job);
/// The same; until the transaction ends nobody wishes it away any more.
bool is_cancelled_last(pqxx::transaction_base& db, const std::string& job);
/// An attempt that was ended from outside is none.
void take_attempt_back(pqxx::transaction_base& db, const std::string& job);
void tell_progress(pqxx::transaction_base& db, const std::string& job,
                   std::optional<std::size_t> total, std::size_t done);
void add_piece(pqxx::transaction_base& db, const std::string& job, int place,
               std::string_view bytes);
void drop_pieces(pqxx::transaction_base& db, const std::string& job);

/// What was made.
struct MadeFile {
    std::string name, content_type, sha256;
    std::int64_t size{};
    Instant kept_until;
};
/// Ends it; what it read is removed, and unless it is DONE what it made.
void end_job(pqxx::transaction_base& db, const std::string& job, std::string_view state,
             const std::string& faults, const std::optional<MadeFile>& made, Instant now);
/// Removes what has expired; how many jobs lost what they made.
std::size_t drop_expired(pqxx::transaction_base& db, Instant now);

// ---- Rows of an import, in the name of who asked ----

struct ImportedRow {
    int number{};
    std::string outcome;  ///< "MADE", "REPEATED", "FINE", "REFUSED"
    std::string made;     ///< uuid, or empty
    std::string faults = "[]";
};
/// Before a row is judged: whether the job was wished away, and whether it has judged the row.
struct RowStanding {
    bool cancelled = false;
    bool judged = false;
};
RowStanding row_standing(pqxx::transaction_base& db, const std::string& job, int row);
/// What the row of the file has made before, in any job; empty: nothing.
std::string made_before(pqxx::transaction_base& db, const std::string& subject,
                        const std::string& sha256, int row);
void note_row(pqxx::transaction_base& db, const std::string& job, const ImportedRow& row);
/// That this row of the file made this, for all jobs to come.
void keep_made(pqxx::transaction_base& db, const Job& job, const std::string& sha256,
               const ImportedRow& row);

}  // namespace liuhen::server::store
