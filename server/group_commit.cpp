#include "server/group_commit.hpp"

#include <algorithm>
#include <utility>

namespace liuhen::server {
namespace {

// libpqxx aborts a transaction when a statement of it fails; this one goes back to a savepoint.
class SharedWork : public pqxx::work {
public:
    explicit SharedWork(pqxx::connection_base& connection)
        : namedclass{"shared work"}, pqxx::work{connection} {}

private:
    pqxx::result do_exec(const char query[]) override { return direct_exec(query); }
};

// The entry is its caller's again, who may end with it: nothing of it is used afterwards.
void give_back(GroupCommit::Entry& entry) {
    const auto resume = std::move(entry.resume);
    resume();
}

enum class Attempt : std::uint8_t { over, again };

// Does the entry's work behind a savepoint. Throws only what ends the whole transaction.
Attempt attempt(pqxx::work& db, GroupCommit::Entry& entry) {
    Attempt outcome = Attempt::over;
    entry.fault = nullptr;
    db.exec0("SAVEPOINT entry");
    try {
        ConnectionPool::introduce(db, entry.who);
        entry.work(db);
        db.exec0("RELEASE SAVEPOINT entry");
        return outcome;
    } catch (const pqxx::broken_connection&) {
        throw;
    } catch (const pqxx::transaction_rollback&) {  // deadlock or serialization failure
        outcome = Attempt::again;
    } catch (const WaitsAlone&) {
        outcome = Attempt::again;
    } catch (const pqxx::sql_error& fault) {
        entry.fault = ConnectionPool::means_down(fault)
                          ? std::make_exception_ptr(DatabaseDown{fault.what()})
                          : std::current_exception();
    } catch (...) {
        entry.fault = std::current_exception();
    }
    db.exec0("ROLLBACK TO SAVEPOINT entry");
    db.exec0("RELEASE SAVEPOINT entry");
    return outcome;
}

}  // namespace

bool is_shared(const pqxx::transaction_base& db) {
    return dynamic_cast<const SharedWork*>(&db) != nullptr;
}

void GroupCommit::add(std::shared_ptr<Entry> entry) {
    {
        const std::lock_guard lock{mutex_};
        waiting_.push_back(std::move(entry));
        if (std::exchange(running_, true)) return;
    }
    go_on();
}

void GroupCommit::go_on() {
    asio::post(pool_.executor(), [this] { run_one_group(); });
}

GroupCommit::Entries GroupCommit::take() {
    const std::lock_guard lock{mutex_};
    const auto end =
        waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(waiting_.size(), most_together));
    Entries group(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    return group;
}

// The next group waits for a thread as everybody does.
void GroupCommit::run_one_group() {
    const Entries group = take();
    const Entries alone = commit(group);
    for (const auto& entry : group) {
        if (std::ranges::find(alone, entry) == alone.end()) give_back(*entry);
    }
    for (const auto& entry : alone) commit_outside(entry);
    {
        const std::lock_guard lock{mutex_};
        running_ = !waiting_.empty();
        if (!running_) return;
    }
    go_on();
}

// Returns whoever has to be done again, outside the line.
GroupCommit::Entries GroupCommit::commit(const Entries& group) {
    if (group.size() == 1) {
        commit_alone(*group.front());
        return {};
    }
    Entries alone;
    auto all = [&](pqxx::work& db) {
        alone.clear();
        for (const auto& entry : group) {
            if (attempt(db, *entry) == Attempt::again) alone.push_back(entry);
        }
    };
    const auto first = std::ranges::min_element(
        group, {}, [](const std::shared_ptr<Entry>& entry) { return entry->until; });
    try {
        pool_.perform<SharedWork>(nullptr, all, (*first)->until);
        return alone;
    } catch (const pqxx::sql_error&) {  // the commit was refused: one of them is the cause
        return group;
    } catch (...) {
        for (const auto& entry : group) entry->fault = std::current_exception();
        return {};
    }
}

// The line goes on meanwhile: who waits for a lock waits without the others.
void GroupCommit::commit_outside(std::shared_ptr<Entry> entry) {
    asio::post(pool_.executor(), [this, entry = std::move(entry)] {
        commit_alone(*entry);
        give_back(*entry);
    });
}

void GroupCommit::commit_alone(Entry& entry) {
    try {
        entry.fault = nullptr;
        pool_.perform(&entry.who, entry.work, entry.until);
    } catch (...) {
        entry.fault = std::current_exception();
    }
}

}  // namespace liuhen::server
