// The file by which people and programs find the server: addresses, and one token for each role.
#pragma once

#include "server/config.hpp"

#include <map>
#include <string>

namespace liuhen::server {

/// What var/endpoints.json says. Missing members are empty.
struct Endpoints {
    std::string http, jt808, lock;                      ///< HOST:PORT
    std::string https, jt808_udp, jt808_tls, lock_tls;  ///< the same; empty: not offered
    std::map<std::string, std::string> tokens;          ///< by role
};

/// Empty when there is no such file. Throws std::runtime_error when it cannot be read.
Endpoints read_endpoints(const std::string& path);
/// Replaces the file in one step, readable by its owner only. Throws std::runtime_error.
void write_endpoints(const std::string& path, const Endpoints& endpoints);

/// Sees to one valid token for each role in the file, made anew when one is missing or revoked.
/// Only digests reach the database. Throws pqxx and file errors.
void bootstrap(const Config& config);

/// Where the key of secrets lies unless told otherwise: `secret.key` beside the endpoints file.
std::string secret_key_beside(const std::string& endpoints);

}  // namespace liuhen::server
