#include "server/database.hpp"

#include "server/group_commit.hpp"
#include "server/store/statement.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace liuhen::server {

namespace {

constexpr store::Statement introduce_caller{
    "introduce_caller",
    "SELECT set_config('liuhen.role', $1, true), set_config('liuhen.party', $2, true),"
    " set_config('liuhen.division', $3, true), set_config('liuhen.rank', $4, true),"
    " set_config('liuhen.account', $5, true), set_config('liuhen.member', $6, true),"
    " set_config('liuhen.delegate', $7, true), set_config('plan_cache_mode', $8, true)"};

// A host that vanished is noticed by the kernel; one that hangs answers it still.
constexpr std::string_view ours =
    "connect_timeout=3 client_encoding=UTF8 application_name=liuhen-server "
    "keepalives_idle=10 keepalives_interval=5 keepalives_count=3 tcp_user_timeout=20000";

// A value in single quotes, as libpq reads it.
std::string quoted_value(std::string_view value) {
    std::string out = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

}  // namespace

std::string conninfo_as(const std::string& conninfo, const std::string& user) {
    struct Free {
        void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
        void operator()(char* text) const { PQfreemem(text); }
    };
    char* why = nullptr;
    const std::unique_ptr<PQconninfoOption, Free> options{PQconninfoParse(conninfo.c_str(), &why)};
    const std::unique_ptr<char, Free> held{why};
    if (!options) throw std::runtime_error{"the connection string cannot be read"};
    std::string out{ours};
    for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val == nullptr || std::string_view{option->keyword} == "user") continue;
        out += ' ' + std::string{option->keyword} + '=' + quoted_value(option->val);
    }
    return out + " user=" + quoted_value(user);
}

ConnectionPool::ConnectionPool(std::string conninfo, unsigned connections,
                               std::chrono::milliseconds patience)
    : conninfo_(std::move(conninfo)), patience_(patience), threads_(connections) {}

ConnectionPool::~ConnectionPool() { stop(); }

void ConnectionPool::admit() {
    if (waiting_.fetch_add(1) < max_waiting) return;
    --waiting_;
    throw DatabaseDown{"too many transactions wait for the database"};
}

void ConnectionPool::stop() {
    threads_.stop();
    threads_.join();
}

// libpqxx would connect anew by itself when a transaction begins on a dead connection, and then
// nobody watched the new socket. Here a dead connection is thrown away.
ConnectionPool::Link::Link(const std::string& conninfo) : wire(conninfo), line(wire.sock()) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    wire.inhibit_reactivation(true);
#pragma GCC diagnostic pop
}

std::unique_ptr<ConnectionPool::Link> ConnectionPool::borrow(Monotonic until) {
    const auto now = monotonic();
    if (now >= until) throw DatabaseDown{"the database did not answer in time"};
    {
        const std::lock_guard lock{mutex_};
        while (!idle_.empty()) {
            auto link = std::move(idle_.back());
            idle_.pop_back();
            if (link->wire.is_open()) return link;
        }
        if (now < no_connection_before_) throw DatabaseDown{"the database did not answer lately"};
    }
    return connect(until);
}

std::unique_ptr<ConnectionPool::Link> ConnectionPool::connect(Monotonic until) {
    try {
        auto link = std::make_unique<Link>(conninfo_);
        const Watchman::Watch watch{watchman_, link->line, until};
        link->wire.set_variable("statement_timeout", std::to_string(patience_.count() * 3 / 4));
        return link;
    } catch (const pqxx::failure& fault) {
        give_up(fault.what());
    }
}

void ConnectionPool::give_back(std::unique_ptr<Link> link) {
    if (!link->wire.is_open()) return;
    const std::lock_guard lock{mutex_};
    idle_.push_back(std::move(link));
}

void ConnectionPool::forget_idle() {
    const std::lock_guard lock{mutex_};
    idle_.clear();
}

void ConnectionPool::give_up(const char* why) {
    {
        const std::lock_guard lock{mutex_};
        no_connection_before_ = monotonic() + pause_after_failure;
    }
    throw DatabaseDown{why};
}

bool ConnectionPool::means_down(const pqxx::sql_error& fault) {
    constexpr std::array<std::string_view, 3> kinds{"08", "53", "57"};
    const std::string_view state{fault.sqlstate()};
    return std::ranges::any_of(kinds, [&](auto kind) { return state.starts_with(kind); });
}

void ConnectionPool::introduce(pqxx::work& transaction, const Identity& who) {
    store::ask(transaction, introduce_caller, who.role, who.party, who.division, who.rank,
               who.account, who.member, who.delegate,
               who.plans == Plans::once ? "force_generic_plan" : "auto");
}

Database::Database(const std::string& conninfo, unsigned core, unsigned http, Patience patience)
    : core_(conninfo_as(conninfo, "liuhen_core"), core, patience.core),
      http_(conninfo_as(conninfo, "liuhen_http"), http, patience.http) {
    for (auto& line : lines_) line = std::make_unique<GroupCommit>(http_);
}

Database::~Database() { stop(); }

void Database::stop() {
    http_.stop();
    core_.stop();
}

}  // namespace liuhen::server
