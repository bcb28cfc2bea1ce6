// Does what takes longer than an answer may, one job after the other: imports first, then
// registers. On a thread and two connections of its own, so that no request waits behind it.
#pragma once

#include "server/clock.hpp"
#include "server/database.hpp"
#include "server/store/jobs.hpp"

#include <atomic>
#include <chrono>
#include <string>

namespace liuhen::server::jobs {

inline constexpr int most_attempts = 5;              ///< then it is given up
inline constexpr std::chrono::hours files_kept{24};  ///< what a job has made
inline constexpr std::chrono::seconds patience{60};  ///< of the worker with the database

/// The server stops: what is under way is left, and gone on with by the next one.
struct Stopping {};

/// Blocks; belongs to one thread at a time, and no other server works on the database.
class Worker {
public:
    /// `conninfo` without user. `stopping` is looked at between any two rows or pages.
    Worker(const std::string& conninfo, const Clock& clock, const std::atomic<bool>& stopping);

    /// Does the next job to its end; false: there is none. Throws DatabaseDown: the job is done
    /// anew, or gone on with, by the next call.
    bool do_next();
    /// Removes what has expired.
    void sweep();

    // What the kinds of jobs share.
    template <class Work>
    auto as_core(Work work) {
        return core_.perform(nullptr, work, core_.patience_ends());
    }
    template <class Work>
    auto as_asker(const Identity& asker, Work work) {
        return http_.perform(&asker, work, http_.patience_ends());
    }
    [[nodiscard]] Instant now() const { return clock_.now(); }
    /// Throws Stopping.
    void look_up() const;
    /// Whether somebody wished the job away. Throws Stopping.
    bool is_cancelled(const store::Job& job);
    /// Who asked, as he stands now; nullopt: he may not, or not so, any more.
    std::optional<Identity> asker_of(const store::Job& job);

private:
    void perform(const store::Job& job);
    void end(const store::Job& job, std::string_view state, const std::string& faults);

    const Clock& clock_;
    const std::atomic<bool>& stopping_;
    ConnectionPool core_;
    ConnectionPool http_;
};

/// How a job ended; DONE with a file or without one.
struct Outcome {
    std::string_view state;     ///< "DONE", "FAILED", "CANCELLED"
    std::string faults = "[]";  ///< JSON
    std::optional<store::MadeFile> made{};
};
Outcome import(Worker& worker, const store::Job& job, const Identity& asker);
Outcome make_register(Worker& worker, const store::Job& job, const Identity& asker);

/// JSON of one fault of a whole job.
std::string fault_text(std::string_view code, std::string_view value = {});

}  // namespace liuhen::server::jobs
