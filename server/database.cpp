#include "server/database.hpp"

namespace liuhen::server {

std::string conninfo_as(const std::string& conninfo, const std::string& user) {
    // The last word on a setting wins in libpq, so limits of ours come first and `user` last.
    return "connect_timeout=5 client_encoding=UTF8 application_name=liuhen-server " + conninfo +
           " user=" + user;
}

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
        return std::make_unique<pqxx::connection>(conninfo_);
    } catch (const pqxx::broken_connection& fault) {
        throw DatabaseDown{fault.what()};
    }
}

void ConnectionPool::give_back(std::unique_ptr<pqxx::connection> connection) {
    if (!connection->is_open()) return;
    const std::lock_guard lock{mutex_};
    idle_.push_back(std::move(connection));
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
