#include "server/endpoints.hpp"

#include "server/clock.hpp"
#include "server/crypto.hpp"
#include "server/database.hpp"
#include "server/store/tokens.hpp"
#include "server/vault.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace liuhen::server {
namespace {

using nlohmann::json;

struct RoleRow {
    const char* role;
    const char* party;  // of the bootstrap party in its list, or null: belongs to none
};
constexpr std::array roles{
    RoleRow{"operator", nullptr},    RoleRow{"police", nullptr},    RoleRow{"regulator", nullptr},
    RoleRow{"producer", "producer"}, RoleRow{"carrier", "carrier"}, RoleRow{"driver", "carrier"},
    RoleRow{"receiver", "receiver"},
};

constexpr std::array<std::pair<const char*, std::string Endpoints::*>, 4> optional_addresses{
    {{"https", &Endpoints::https},
     {"jt808_udp", &Endpoints::jt808_udp},
     {"jt808_tls", &Endpoints::jt808_tls},
     {"lock_tls", &Endpoints::lock_tls}}};

bool all_valid(pqxx::work& transaction, const Endpoints& endpoints, Instant now) {
    for (const auto& row : roles) {
        const auto token = endpoints.tokens.find(row.role);
        if (token == endpoints.tokens.end()) return false;
        const auto known = store::find_token(transaction, sha256_hex(token->second), now);
        if (!known || known->role != row.role) return false;
    }
    return true;
}

std::map<std::string, std::string> make_parties(pqxx::work& transaction) {
    std::map<std::string, std::string> ids;
    for (const char* role : {"producer", "carrier", "receiver"}) {
        ids[role] = uuid_v4();
        transaction.exec_params(
            "INSERT INTO parties (id, name, roles) VALUES ($1, $2, ARRAY[$3::text])", ids[role],
            std::string{"Bootstrap "} + role, role);
    }
    return ids;
}

std::map<std::string, std::string> make_tokens(pqxx::work& transaction) {
    const auto parties = make_parties(transaction);
    std::map<std::string, std::string> tokens;
    for (const auto& row : roles) {
        auto token = new_token();
        store::insert_token(transaction, {.id = uuid_v4(),
                                          .digest = sha256_hex(token),
                                          .role = row.role,
                                          .party = row.party ? parties.at(row.party) : "",
                                          .person = "",
                                          .label = "bootstrap",
                                          .expires_at = std::nullopt});
        tokens[row.role] = std::move(token);
    }
    return tokens;
}

[[noreturn]] void fail_with(const std::string& what, const std::string& path) {
    throw std::runtime_error{what + " " + path};
}

}  // namespace

Endpoints read_endpoints(const std::string& path) {
    std::error_code missing;
    if (!std::filesystem::exists(path, missing)) return {};
    std::ifstream in{path};
    const auto file = json::parse(in, nullptr, false);
    if (!file.is_object()) fail_with("this is no endpoints file:", path);
    Endpoints endpoints;
    endpoints.http = file.value("http", "");
    endpoints.jt808 = file.value("jt808", "");
    endpoints.lock = file.value("lock", "");
    for (const auto& [name, address] : optional_addresses) {
        endpoints.*address = file.value(name, "");
    }
    endpoints.tokens = file.value("tokens", std::map<std::string, std::string>{});
    return endpoints;
}

void write_endpoints(const std::string& path, const Endpoints& endpoints) {
    json file{{"http", endpoints.http},
              {"jt808", endpoints.jt808},
              {"lock", endpoints.lock},
              {"tokens", endpoints.tokens}};
    for (const auto& [name, address] : optional_addresses) {
        if (!(endpoints.*address).empty()) file[name] = endpoints.*address;
    }
    const auto text = file.dump(2) + "\n";
    const auto fresh = path + ".new";
    ::unlink(fresh.c_str());
    const int out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (out < 0) fail_with("cannot write", fresh);
    const auto written = ::write(out, text.data(), text.size());
    const bool whole = ::close(out) == 0 && written == static_cast<ssize_t>(text.size());
    if (!whole || ::rename(fresh.c_str(), path.c_str()) != 0) fail_with("cannot write", path);
}

std::string secret_key_beside(const std::string& endpoints) {
    return (std::filesystem::path{endpoints}.parent_path() / "secret.key").string();
}

void bootstrap(const Config& config) {
    make_secret_key(secret_key_beside(config.endpoints));
    auto endpoints = read_endpoints(config.endpoints);
    pqxx::connection connection{conninfo_as(config.database, "liuhen_core")};
    pqxx::work transaction{connection};
    if (!all_valid(transaction, endpoints, Clock{}.now())) {
        endpoints.tokens = make_tokens(transaction);
    }
    transaction.commit();
    if (endpoints.http.empty()) endpoints.http = config.http.text();
    if (endpoints.jt808.empty()) endpoints.jt808 = config.jt808.text();
    if (endpoints.lock.empty()) endpoints.lock = config.lock.text();
    write_endpoints(config.endpoints, endpoints);
}

}  // namespace liuhen::server
