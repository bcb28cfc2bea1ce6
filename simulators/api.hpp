// The server's HTTP interface as an actor with one token sees it.
#pragma once

#include "simulators/http_client.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace liuhen::simulators {

using nlohmann::json;

/// The server turned a request down.
class Refusal : public std::runtime_error {
public:
    Refusal(unsigned status, const std::string& what) : runtime_error{what}, status_{status} {}
    [[nodiscard]] unsigned status() const { return status_; }

private:
    unsigned status_;
};

/// Where a server listens and the tokens to begin with: `var/endpoints.json`.
struct Endpoints {
    HostPort http, jt808, lock;
    std::map<std::string, std::string> tokens;  ///< by role
    /// Throws std::runtime_error when the file is missing or no such file.
    static Endpoints load(const std::string& file);
};

/// Requests with one token. Answers of 4xx and 5xx are thrown as `Refusal`; a server that is down
/// is waited for.
class Api {
public:
    Api(HostPort server, std::string token)
        : server_{std::move(server)}, token_{std::move(token)} {}

    awaitable<json> get(std::string target) const;
    /// `key` makes repetitions harmless; the answer is that of the first arrival.
    awaitable<json> post(std::string target, json body, std::string key) const;
    /// A POST that names the version of what it changes, as `paper` was read.
    awaitable<json> change(std::string target, json body, json paper) const;
    awaitable<void> remove(std::string target) const;
    /// Every item of a list with pages.
    awaitable<std::vector<json>> list(std::string target) const;

private:
    awaitable<json> send(HttpRequest request) const;
    HostPort server_;
    std::string token_;
};

/// A key for a POST that no other run uses.
std::string fresh_key();

}  // namespace liuhen::simulators
