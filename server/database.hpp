// Transactions on worker threads: `co_await database.transact(work)` runs `work` where it may block
// and resumes on the caller's own thread.
#pragma once

#include "server/clock.hpp"
#include "server/spawn.hpp"
#include "server/watchman.hpp"

#include <boost/asio/thread_pool.hpp>
#include <pqxx/pqxx>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace liuhen::server {

/// The database cannot be reached, went away during the work, does not answer in time, or has too
/// much waiting before it. Nothing was changed. Over HTTP: 503 with Retry-After.
struct DatabaseDown : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The database went silent or away while it committed: whether the work is stored nobody can say.
struct OutcomeUnknown : DatabaseDown {
    using DatabaseDown::DatabaseDown;
};

/// How long the database may take from a call until its commit, waiting for a thread included. A
/// person waits for an answer over HTTP; the server's own business may read much.
struct Patience {
    std::chrono::milliseconds core{40'000};
    std::chrono::milliseconds http{15'000};
};

/// How PostgreSQL plans the statements of a transaction: for the values of each call, or once for
/// any value, which is right where rows are found by key and planning would cost more than running.
enum class Plans : std::uint8_t { for_values, once };

/// For whom row-level security lets rows be seen: the caller of an HTTP request.
struct Identity {
    std::string role{};      ///< "producer", "police", …; empty: nobody, sees what is open to all
    std::string party{};     ///< uuid, or empty
    std::string division{};  ///< of an authority: 2, 4 or 6 digits; empty: the whole country
    std::string rank{};      ///< "admin", "member", "reader"
    std::string account{};   ///< the name that signs
    std::string member{};    ///< uuid of the member who is logged in, or empty
    std::string delegate{};  ///< uuid of the party that acts in the name of `party`, or empty
    Plans plans = Plans::for_values;
};

/// Connections of one database role, at most one a thread.
class ConnectionPool {
public:
    /// A single statement gets three quarters of `patience`, so that a slow one is ended by the
    /// database itself and the connection stays; who says nothing at all is cut off.
    ConnectionPool(std::string conninfo, unsigned connections, std::chrono::milliseconds patience);
    ~ConnectionPool();
    ConnectionPool(const ConnectionPool&) = delete;
    ConnectionPool& operator=(const ConnectionPool&) = delete;

    /// Runs `work` in a transaction on the calling thread, which is one of the pool's. A connection
    /// found dead, a deadlock or a serialization failure is met by running `work` anew, thrice.
    /// `Transaction` is a kind of pqxx::work.
    /// Throws DatabaseDown once `until` is past, and at most `connect_time` an address later.
    template <class Transaction = pqxx::work, class Work>
    std::invoke_result_t<Work&, pqxx::work&> perform(const Identity* who, Work& work,
                                                     Monotonic until);
    /// When a caller who comes now loses patience.
    [[nodiscard]] Monotonic patience_ends() const { return monotonic() + patience_; }

    /// Counts one more waiting job; throws DatabaseDown when there are `max_waiting`.
    void admit();
    void dismiss() { --waiting_; }
    asio::thread_pool::executor_type executor() { return threads_.get_executor(); }
    /// The first statement of a transaction on behalf of `who`.
    static void introduce(pqxx::work& transaction, const Identity& who);
    /// What is no fault of the statement: shutting down, out of space or memory, over its time.
    static bool means_down(const pqxx::sql_error& fault);
    /// Waits for running jobs; those not begun are dropped.
    void stop();

    static constexpr std::size_t max_waiting = 1'000;
    static constexpr int attempts = 3;
    static constexpr std::chrono::seconds connect_time{3};  ///< for each address of the host
    /// After a connection failed no other is tried for so long: one failure is enough for all who
    /// wait behind it.
    static constexpr std::chrono::seconds pause_after_failure{1};

private:
    struct Link {
        explicit Link(const std::string& conninfo);
        pqxx::connection wire;
        SocketHandle line;
    };
    template <class Transaction, class Work>
    std::invoke_result_t<Work&, pqxx::work&> attempt(Link& link, const Identity* who, Work& work,
                                                     Monotonic until);
    std::unique_ptr<Link> borrow(Monotonic until);
    std::unique_ptr<Link> connect(Monotonic until);
    void give_back(std::unique_ptr<Link> link);
    void forget_idle();
    [[noreturn]] void give_up(const char* why);

    std::string conninfo_;
    std::chrono::milliseconds patience_;
    Watchman watchman_;
    asio::thread_pool threads_;
    std::atomic<std::size_t> waiting_ = 0;
    std::mutex mutex_;  // guards what follows
    std::vector<std::unique_ptr<Link>> idle_;
    Monotonic no_connection_before_{};
};

class GroupCommit;

/// Work that all wants the same few rows, and is committed together (server/group_commit.hpp).
enum class CommitGroup : std::uint8_t {
    drafts,   ///< manifests made: they only save waits for the disk
    filings,  ///< manifests submitted: numbers of a prefecture, quotas
    count_,
};

/// A caller's place in the line before a pool, kept until its work is done. Throws DatabaseDown
/// when the line is full.
class PlaceInLine {
public:
    explicit PlaceInLine(ConnectionPool& pool) : pool_(pool) { pool_.admit(); }
    ~PlaceInLine() { pool_.dismiss(); }
    PlaceInLine(const PlaceInLine&) = delete;
    PlaceInLine& operator=(const PlaceInLine&) = delete;

private:
    ConnectionPool& pool_;
};

/// The server's two doors to the database. `Work` is called with `pqxx::work&`, possibly more than
/// once (it must not keep anything from a failed call), and its result is handed back after the
/// commit. It runs on another thread: it captures values, or references to what outlives the call.
class Database {
public:
    /// `conninfo` without user. `core` and `http` are numbers of connections.
    Database(const std::string& conninfo, unsigned core, unsigned http, Patience patience = {});
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// As liuhen_core: sees everything, for the server's own business.
    template <class Work>
    awaitable<std::invoke_result_t<Work&, pqxx::work&>> transact(Work work) {
        return run(core_, std::nullopt, std::move(work));
    }
    /// As liuhen_http on behalf of `who`: row-level security decides what is seen.
    template <class Work>
    awaitable<std::invoke_result_t<Work&, pqxx::work&>> transact_as(Identity who, Work work) {
        return run(http_, std::optional<Identity>{std::move(who)}, std::move(work));
    }
    /// The parts of `transact_in_group`, which does as `transact_as` in the line of a group.
    GroupCommit& line(CommitGroup group) { return *lines_.at(static_cast<std::size_t>(group)); }
    PlaceInLine place_for_caller() { return PlaceInLine{http_}; }
    [[nodiscard]] Monotonic caller_patience_ends() const { return http_.patience_ends(); }
    void stop();

private:
    template <class Work>
    using Outcome = std::invoke_result_t<Work&, pqxx::work&>;
    struct Nothing {};
    template <class Work>
    using Kept = std::conditional_t<std::is_void_v<Outcome<Work>>, Nothing, Outcome<Work>>;

    template <class Work>
    static awaitable<Outcome<Work>> run(ConnectionPool& pool, std::optional<Identity> who,
                                        Work work);
    template <class Work>
    static awaitable<std::optional<Kept<Work>>> job(ConnectionPool& pool,
                                                    std::optional<Identity> who, Work work,
                                                    Monotonic until);

    ConnectionPool core_;
    ConnectionPool http_;
    std::array<std::unique_ptr<GroupCommit>, static_cast<std::size_t>(CommitGroup::count_)> lines_;
};

/// `conninfo` with the user added.
std::string conninfo_as(const std::string& conninfo, const std::string& user);

// ---- definitions of the templates ----

// One try. The watch ends before the connection is anybody else's.
template <class Transaction, class Work>
std::invoke_result_t<Work&, pqxx::work&> ConnectionPool::attempt(Link& link, const Identity* who,
                                                                 Work& work, Monotonic until) {
    const Watchman::Watch watch{watchman_, link.line, until};
    try {
        Transaction transaction{link.wire};
        if (who) introduce(transaction, *who);
        if constexpr (std::is_void_v<std::invoke_result_t<Work&, pqxx::work&>>) {
            work(transaction);
            transaction.commit();
        } else {
            auto result = work(transaction);
            transaction.commit();
            return result;
        }
    } catch (const pqxx::in_doubt_error& fault) {
        throw OutcomeUnknown{fault.what()};
    } catch (const pqxx::failure&) {
        if (watch.was_cut()) give_up("the database did not answer in time");
        throw;
    }
}

template <class Transaction, class Work>
std::invoke_result_t<Work&, pqxx::work&> ConnectionPool::perform(const Identity* who, Work& work,
                                                                 Monotonic until) {
    for (int tries = 1;; ++tries) {
        auto link = borrow(until);  // throws DatabaseDown
        try {
            if constexpr (std::is_void_v<std::invoke_result_t<Work&, pqxx::work&>>) {
                attempt<Transaction>(*link, who, work, until);
                give_back(std::move(link));
                return;
            } else {
                auto result = attempt<Transaction>(*link, who, work, until);
                give_back(std::move(link));
                return result;
            }
        } catch (const DatabaseDown&) {
            throw;
        } catch (const pqxx::broken_connection& fault) {
            forget_idle();  // they are as dead, most likely
            if (tries == attempts) throw DatabaseDown{fault.what()};
        } catch (const pqxx::transaction_rollback&) {  // deadlock or serialization failure
            give_back(std::move(link));
            if (tries == attempts) throw;
        } catch (const pqxx::sql_error& fault) {
            give_back(std::move(link));
            if (means_down(fault)) throw DatabaseDown{fault.what()};
            throw;
        } catch (...) {
            give_back(std::move(link));
            throw;
        }
    }
}

template <class Work>
awaitable<std::optional<Database::Kept<Work>>> Database::job(ConnectionPool& pool,
                                                             std::optional<Identity> who, Work work,
                                                             Monotonic until) {
    if constexpr (std::is_void_v<Outcome<Work>>) {
        pool.perform(who ? &*who : nullptr, work, until);
        std::optional<Nothing> done{Nothing{}};
        co_return done;
    } else {
        std::optional<Outcome<Work>> result{pool.perform(who ? &*who : nullptr, work, until)};
        co_return result;
    }
}

template <class Work>
awaitable<Database::Outcome<Work>> Database::run(ConnectionPool& pool, std::optional<Identity> who,
                                                 Work work) {
    const PlaceInLine place{pool};
    auto working = job<Work>(pool, std::move(who), std::move(work), pool.patience_ends());
    auto waiting = on(pool.executor(), std::move(working));
    auto result = co_await std::move(waiting);
    if constexpr (!std::is_void_v<Outcome<Work>>) co_return std::move(*result);
}

}  // namespace liuhen::server
