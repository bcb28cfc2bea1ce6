// One server a database: a lock held by a session of its own for as long as the server runs.
#pragma once

#include <memory>
#include <string>

namespace liuhen::server {

/// Blocks; belongs to one thread at a time.
class Tenancy {
public:
    explicit Tenancy(std::string conninfo);
    ~Tenancy();
    Tenancy(const Tenancy&) = delete;
    Tenancy& operator=(const Tenancy&) = delete;

    enum class Outcome { held, taken, unreachable };
    /// Takes the lock, or makes sure that it is held still.
    Outcome check();
    void end();

private:
    struct Session;
    std::string conninfo_;
    std::unique_ptr<Session> session_;
};

}  // namespace liuhen::server
