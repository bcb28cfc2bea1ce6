#include "server/jobs/worker.hpp"

#include "server/jobs/import_form.hpp"
#include "server/log.hpp"
#include "server/sheets/writer.hpp"

#include <nlohmann/json.hpp>

namespace liuhen::server::jobs {

Worker::Worker(const std::string& conninfo, const Clock& clock, const std::atomic<bool>& stopping)
    : clock_(clock),
      stopping_(stopping),
      core_(conninfo_as(conninfo, "liuhen_core"), 1, patience),
      http_(conninfo_as(conninfo, "liuhen_http"), 1, patience) {}

void Worker::look_up() const {
    if (stopping_) throw Stopping{};
}

bool Worker::is_cancelled(const store::Job& job) {
    look_up();
    return as_core([&job](pqxx::work& db) { return store::is_cancelled(db, job.id); });
}

std::optional<Identity> Worker::asker_of(const store::Job& job) {
    auto asker =
        as_core([&job, at = now()](pqxx::work& db) { return store::asker_of(db, job, at); });
    const bool same = asker && asker->role == job.role && asker->party == job.party &&
                      asker->division == job.division && asker->rank != "reader";
    return same ? asker : std::nullopt;
}

void Worker::end(const store::Job& job, std::string_view state, const std::string& faults) {
    as_core([&, at = now()](pqxx::work& db) {
        store::end_job(db, job.id, state, faults, std::nullopt, at);
    });
}

// What is wrong with a job ends that job; what is wrong with the database ends none.
void Worker::perform(const store::Job& job) {
    try {
        if (job.attempts > most_attempts) return end(job, "FAILED", fault_text("GAVE_UP"));
        if (is_cancelled(job)) return end(job, "CANCELLED", "[]");
        const auto asker = asker_of(job);
        if (!asker) return end(job, "FAILED", fault_text("ASKER_GONE"));
        const auto outcome =
            job.kind == "IMPORT" ? import(*this, job, *asker) : make_register(*this, job, *asker);
        as_core([&, at = now()](pqxx::work& db) {
            // A file that nobody wants any more is none; rows that went in stay in.
            if (outcome.made && store::is_cancelled_last(db, job.id))
                return store::end_job(db, job.id, "CANCELLED", "[]", std::nullopt, at);
            store::end_job(db, job.id, outcome.state, outcome.faults, outcome.made, at);
        });
    } catch (const DatabaseDown&) {
        throw;
    } catch (const pqxx::broken_connection&) {
        throw;
    } catch (const sheets::SheetNotWritten& fault) {
        log::error("jobs.disk_full", {{"job", job.id}, {"fault", fault.what()}});
        end(job, "FAILED", fault_text("DISK_FULL"));
    } catch (const std::exception& fault) {
        log::error("jobs.failed", {{"job", job.id}, {"fault", fault.what()}});
        end(job, "FAILED", fault_text("INTERNAL"));
    }
}

bool Worker::do_next() {
    const auto job = as_core([at = now()](pqxx::work& db) { return store::take_job(db, at); });
    if (!job) return false;
    try {
        perform(*job);
    } catch (const Stopping&) {
        // Not the job's fault. Where the database is gone too it counts all the same.
        as_core([&job](pqxx::work& db) { store::take_attempt_back(db, job->id); });
        return false;
    }
    return true;
}

void Worker::sweep() {
    as_core([at = now()](pqxx::work& db) { return store::drop_expired(db, at); });
}

std::string fault_text(std::string_view code, std::string_view value) {
    return told({{std::string{code}, 0, 0, std::string{value}}}).dump();
}

}  // namespace liuhen::server::jobs
