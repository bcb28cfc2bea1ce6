// A PostgreSQL cluster of one's own, thrown away at the end: the real thing, migrated.
#pragma once

#include "server/migrate.hpp"

#include <pqxx/pqxx>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <stdlib.h>
#include <string>
#include <thread>
#include <unistd.h>

namespace liuhen::test {

/// The output of a shell command; throws when it fails.
inline std::string output_of(const std::string& command) {
    std::FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error{"cannot run " + command};
    std::string text;
    std::array<char, 256> part{};
    while (std::fgets(part.data(), part.size(), pipe) != nullptr) text += part.data();
    if (::pclose(pipe) != 0) throw std::runtime_error{"failed: " + command + "\n" + text};
    return text;
}

/// A running cluster below a temporary folder. Stopped and removed with the object.
class ScratchCluster {
public:
    ScratchCluster() {
        std::string pattern = "/tmp/lh-test-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"mkdtemp"};
        folder_ = pattern;
        start();
    }
    /// In a folder of one's own, for instance on a small disk.
    explicit ScratchCluster(const std::string& within) : folder_(within + "/cluster") { start(); }
    ~ScratchCluster() {
        try {
            thaw();
            output_of(script("stop"));
        } catch (const std::exception& fault) {
            std::fprintf(stderr, "scratch cluster not stopped: %s\n", fault.what());
        }
    }
    ScratchCluster(const ScratchCluster&) = delete;
    ScratchCluster& operator=(const ScratchCluster&) = delete;

    /// Starts it, or starts it again after `kill_9`.
    void start() {
        const auto conninfo = output_of(script("start"));
        host_ = conninfo.substr(0, conninfo.find(" dbname="));
    }
    /// Stops the postmaster and all its children where they stand; `thaw()` has them go on.
    void freeze() const { signal_all(SIGSTOP); }
    void thaw() const { signal_all(SIGCONT); }
    /// Ends the postmaster and all its children without warning, as a crash does.
    void kill_9() const { signal_all(SIGKILL); }
    /// `host=… port=…`, without user and dbname.
    [[nodiscard]] const std::string& host() const { return host_; }

private:
    void signal_all(int signal) const {
        std::ifstream file{folder_ + "/postgres/postmaster.pid"};
        pid_t postmaster = 0;
        if (!(file >> postmaster) || postmaster <= 1) throw std::runtime_error{"no postmaster"};
        const auto children = "pgrep -P " + std::to_string(postmaster) + " || true";
        const auto pids = output_of(children);
        ::kill(postmaster, signal);
        std::istringstream list{pids};
        for (pid_t child = 0; list >> child;) ::kill(child, signal);
    }
    [[nodiscard]] std::string script(const std::string& action) const {
        return std::string{LIUHEN_SOURCE_DIR} + "/scripts/scratch-cluster.sh " + action + " " +
               folder_;
    }
    std::string folder_;
    std::string host_;
};

/// A fresh, migrated database; in the cluster of LIUHEN_TEST_DB (a conninfo without user and
/// dbname) when that is given, else in one that all databases of this program share. There it is a
/// copy of a template that was migrated once, and dropped with the last copy of the object.
class ScratchDatabase {
public:
    ScratchDatabase() {
        const auto host = shared_host();
        make(host, "TEMPLATE " + migrated_template(host) + " STRATEGY file_copy");
        dropped_ = std::shared_ptr<void>{
            nullptr, [host, name = name_](void*) {
                try {
                    // Whoever is still connected may be any of the roles.
                    execute(host, "DROP DATABASE " + name + " WITH (FORCE)", "postgres");
                } catch (const std::exception& fault) {
                    std::fprintf(stderr, "%s not dropped: %s\n", name.c_str(), fault.what());
                }
            }};
    }
    /// In a cluster of the case's own, which takes it along when it ends.
    explicit ScratchDatabase(const ScratchCluster& cluster) {
        make(cluster.host(), "");
        migrate(conninfo_);
    }

    /// Without user, as the server takes it.
    [[nodiscard]] const std::string& conninfo() const { return conninfo_; }
    [[nodiscard]] std::string conninfo(const std::string& user) const {
        return conninfo_ + " user=" + user;
    }
    /// Runs statements as liuhen_owner, who is above row-level security.
    pqxx::result sql(const std::string& statements) const {
        return sql_as("liuhen_owner", statements);
    }
    pqxx::result sql_as(const std::string& user, const std::string& statements) const {
        pqxx::connection connection{conninfo(user)};
        pqxx::work work{connection};
        auto result = work.exec(statements);
        work.commit();
        return result;
    }
    /// The one value of a query.
    template <class T>
    T value(const std::string& query) const {
        return sql(query).at(0).at(0).as<T>();
    }

private:
    void make(const std::string& host, const std::string& from) {
        static int count = 0;
        name_ = "t" + std::to_string(::getpid()) + "_" + std::to_string(++count);
        conninfo_ = host + " dbname=" + name_;
        execute(host, "CREATE DATABASE " + name_ + " " + from);
    }
    /// The template's name; migrated by the first database of the program.
    static std::string migrated_template(const std::string& host) {
        static const std::string name = [&] {
            auto made = "template_" + std::to_string(::getpid());
            execute(host, "CREATE DATABASE " + made);
            migrate(host + " dbname=" + made);
            return made;
        }();
        return name;
    }
    static void migrate(const std::string& conninfo) {
        server::migrate(conninfo, std::filesystem::path{LIUHEN_SOURCE_DIR} / "sql");
    }
    static void execute(const std::string& host, const std::string& statement,
                        const std::string& user = "liuhen_owner") {
        pqxx::connection connection{host + " dbname=postgres connect_timeout=5 user=" + user};
        pqxx::nontransaction{connection}.exec(statement);
    }
    static std::string shared_host() {
        if (const char* given = std::getenv("LIUHEN_TEST_DB")) return given;
        static const ScratchCluster cluster;
        return cluster.host();
    }
    std::string name_;
    std::string conninfo_;
    std::shared_ptr<void> dropped_;  // the last of its holders drops the database
};

}  // namespace liuhen::test
