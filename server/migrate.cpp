#include "server/migrate.hpp"

#include "server/crypto.hpp"
#include "server/database.hpp"
#include "server/history/chain_old.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>

namespace liuhen::server {
namespace {

struct Migration {
    std::string name;  // "003_fleet.sql"
    std::string text;
    std::string checksum;
};

std::vector<Migration> read_folder(const std::filesystem::path& folder) {
    static const std::regex numbered{"[0-9]{3}_[a-z0-9_]+\\.sql"};
    std::vector<Migration> found;
    std::error_code fault;
    const std::filesystem::directory_iterator files{folder, fault};
    if (fault)
        throw MigrationRefused{"no folder of migrations at " + folder.string() + " (" +
                               fault.message() + "); --sql names it"};
    for (const auto& entry : files) {
        const auto name = entry.path().filename().string();
        if (!std::regex_match(name, numbered)) continue;
        std::ifstream in{entry.path(), std::ios::binary};
        std::string text{std::istreambuf_iterator<char>{in}, {}};
        if (!in) throw MigrationRefused{"cannot read " + entry.path().string()};
        auto checksum = sha256_hex(text);
        found.push_back({name, std::move(text), std::move(checksum)});
    }
    if (found.empty()) throw MigrationRefused{"no migrations in " + folder.string()};
    std::sort(found.begin(), found.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return found;
}

std::map<std::string, std::string> applied_before(pqxx::connection& connection) {
    pqxx::work transaction{connection};
    transaction.exec0("SET LOCAL client_min_messages = warning");
    transaction.exec0(
        "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, "
        "checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())");
    std::map<std::string, std::string> applied;
    for (const auto& row : transaction.exec("SELECT name, checksum FROM schema_migrations")) {
        applied[row[0].c_str()] = row[1].c_str();
    }
    transaction.commit();
    return applied;
}

void refuse_contradictions(const std::vector<Migration>& files,
                           const std::map<std::string, std::string>& applied) {
    const auto find = [&](const std::string& name) {
        return std::find_if(files.begin(), files.end(),
                            [&](const Migration& file) { return file.name == name; });
    };
    for (const auto& [name, checksum] : applied) {
        const auto file = find(name);
        if (file == files.end()) {
            throw MigrationRefused{name +
                                   " was applied to this database but is not among the "
                                   "files: the program is older than the database"};
        }
        if (file->checksum != checksum) {
            throw MigrationRefused{name +
                                   " was changed after it was applied; migrations are "
                                   "never edited, add a new one"};
        }
    }
    for (const Migration& file : files) {
        if (!applied.empty() && !applied.contains(file.name) &&
            file.name < applied.rbegin()->first) {
            throw MigrationRefused{file.name + " comes before " + applied.rbegin()->first +
                                   ", which was applied already"};
        }
    }
}

void apply(pqxx::connection& connection, const Migration& file) {
    pqxx::work transaction{connection};
    transaction.exec("SET LOCAL client_min_messages = warning");
    transaction.exec(file.text);
    transaction.exec_params("INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)",
                            file.name, file.checksum);
    transaction.commit();
}

}  // namespace

std::vector<std::string> migrate(const std::string& conninfo, const std::filesystem::path& folder) {
    const auto files = read_folder(folder);
    pqxx::connection connection{conninfo_as(conninfo, "liuhen_owner")};
    {
        pqxx::nontransaction alone{connection};
        alone.exec("SELECT pg_advisory_lock(hashtext('liuhen migrate'))");  // until we disconnect
    }
    const auto applied = applied_before(connection);
    refuse_contradictions(files, applied);
    std::vector<std::string> made;
    for (const Migration& file : files) {
        if (applied.contains(file.name)) continue;
        apply(connection, file);
        made.push_back(file.name);
    }
    history::chain_old_events(connection);
    return made;
}

}  // namespace liuhen::server
