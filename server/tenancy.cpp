#include "server/tenancy.hpp"

#include <pqxx/pqxx>

namespace liuhen::server {

struct Tenancy::Session {
    explicit Session(const std::string& conninfo) : connection(conninfo) {}
    pqxx::connection connection;
};

Tenancy::Tenancy(std::string conninfo) : conninfo_(std::move(conninfo)) {}
Tenancy::~Tenancy() = default;

void Tenancy::end() { session_.reset(); }

Tenancy::Outcome Tenancy::check() {
    try {
        if (session_) {
            pqxx::nontransaction alive{session_->connection};
            alive.exec1("SELECT 1");
            return Outcome::held;
        }
        auto session = std::make_unique<Session>(conninfo_);
        {
            pqxx::nontransaction asking{session->connection};
            const auto answer =
                asking.exec1("SELECT pg_try_advisory_lock(hashtext('liuhen server'))");
            if (!answer[0].as<bool>()) return Outcome::taken;
        }
        session_ = std::move(session);
        return Outcome::held;
    } catch (const std::exception&) {  // the lock is gone with its session
        session_.reset();
        return Outcome::unreachable;
    }
}

}  // namespace liuhen::server
