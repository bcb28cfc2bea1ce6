// Group commit: transactions that all want the same rows wait in one line and are done a group at a
// time, each behind a savepoint of its own, so that rows are held and the disk is waited for once.
#pragma once

#include "server/database.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>

#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace liuhen::server {

/// Thrown by work that would have to wait for somebody in the transaction of a group: it is done
/// again by itself, outside the line.
struct WaitsAlone {};

/// True in a transaction that is shared with others.
bool is_shared(const pqxx::transaction_base& db);

/// A line before a pool of connections. What one entry does or fails to do stays its own; only a
/// lost connection and the commit are shared by its group. Thread-safe.
class GroupCommit {
public:
    /// The most entries of a group: who came first waits for all of it.
    static constexpr std::size_t most_together = 32;

    struct Entry {
        Identity who;
        Monotonic until;                        ///< when its caller loses patience
        std::function<void(pqxx::work&)> work;  ///< possibly called more than once
        /// Called once, on a thread of the pool, after the commit or with `fault` set: what `work`
        /// threw itself, or as ConnectionPool::perform.
        std::function<void()> resume;
        std::exception_ptr fault;
    };

    explicit GroupCommit(ConnectionPool& pool) : pool_(pool) {}
    void add(std::shared_ptr<Entry> entry);

private:
    using Entries = std::vector<std::shared_ptr<Entry>>;
    void run_one_group();
    Entries take();
    Entries commit(const Entries& group);
    void commit_alone(Entry& entry);
    void commit_outside(std::shared_ptr<Entry> entry);
    void go_on();

    ConnectionPool& pool_;
    std::mutex mutex_;  // guards what follows
    std::deque<std::shared_ptr<Entry>> waiting_;
    bool running_ = false;  // a group is at work, or is about to be
};

/// `Database::transact_as`, in the line of `group`. `Work` returns something.
template <class Work>
awaitable<std::invoke_result_t<Work&, pqxx::work&>> transact_in_group(Database& database,
                                                                      CommitGroup group,
                                                                      Identity who, Work work) {
    struct Job : GroupCommit::Entry {
        explicit Job(Work&& given) : own_work(std::move(given)) {}
        Work own_work;
        std::optional<std::invoke_result_t<Work&, pqxx::work&>> result;
    };
    const auto place = database.place_for_caller();
    auto job = std::make_shared<Job>(std::move(work));
    job->who = std::move(who);
    job->until = database.caller_patience_ends();
    job->work = [&job = *job](pqxx::work& db) { job.result = job.own_work(db); };
    auto initiate = [&line = database.line(group), job](auto handler) {
        auto held = std::make_shared<decltype(handler)>(std::move(handler));
        job->resume = [held, executor = asio::get_associated_executor(*held)] {
            asio::post(executor, [held] { std::move (*held)(); });
        };
        line.add(job);
    };
    auto waiting = asio::async_initiate<const asio::use_awaitable_t<>, void()>(std::move(initiate),
                                                                               asio::use_awaitable);
    co_await std::move(waiting);
    if (job->fault) std::rethrow_exception(job->fault);
    co_return *std::move(job->result);
}

}  // namespace liuhen::server
