#include "server/database.hpp"

#include <libpq-fe.h>

#include <string_view>

namespace liuhen::server {

namespace {

constexpr std::string_view ours =
    "connect_timeout=5 client_encoding=UTF8 "
    "application_name=liuhen-server";

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

// Nothing that the server asks takes so long; a query that does must not hold its thread.
constexpr const char* statement_timeout = "30000";  // milliseconds

ConnectionPool::ConnectionPool(std::string conninfo, unsigned connections)
    : conninfo_(std::move(conninfo)), threads_(connections) {}

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

std::unique_ptr<pqxx::connection> ConnectionPool::borrow() {
    {
        const std::lock_guard lock{mutex_};
        while (!idle_.empty()) {
            auto connection = std::move(idle_.back());
            idle_.pop_back();
            if (connection->is_open()) return connection;
        }
    }
    try {
        auto connection = std::make_unique<pqxx::connection>(conninfo_);
        connection->set_variable("statement_timeout", statement_timeout);
        return connection;
    } catch (const pqxx::broken_connection& fault) {
        throw DatabaseDown{fault.what()};
    }
}

void ConnectionPool::give_back(std::unique_ptr<pqxx::connection> connection) {
    if (!connection->is_open()) return;
    const std::lock_guard lock{mutex_};
    idle_.push_back(std::move(connection));
}

void ConnectionPool::throw_if_down(const pqxx::sql_error& fault) {
    const std::string_view state{fault.sqlstate()};
    for (const std::string_view kind : {"08", "53", "57"}) {
        if (state.starts_with(kind)) throw DatabaseDown{fault.what()};
    }
}

void ConnectionPool::introduce(pqxx::work& transaction, const Identity& who) {
    transaction.exec_params(
        "SELECT set_config('liuhen.role', $1, true), set_config('liuhen.party', $2, true)",
        who.role, who.party);
}

Database::Database(const std::string& conninfo, unsigned core, unsigned http)
    : core_(conninfo_as(conninfo, "liuhen_core"), core),
      http_(conninfo_as(conninfo, "liuhen_http"), http) {}

void Database::stop() {
    http_.stop();
    core_.stop();
}

}  // namespace liuhen::server
