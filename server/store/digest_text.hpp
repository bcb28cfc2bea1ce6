// Digests as the database hands them over: hex.
#pragma once

#include "server/history/digest.hpp"

#include <pqxx/field>

#include <stdexcept>
#include <string>

namespace liuhen::server::store {

/// Of two columns written with encode(…, 'hex'). Throws std::runtime_error on anything else.
inline history::Digests read_digests(const pqxx::field& sha256, const pqxx::field& sm3) {
    const auto first = history::digest_from_hex(sha256.c_str());
    const auto second = history::digest_from_hex(sm3.c_str());
    if (!first || !second) throw std::runtime_error{"a stored digest is none"};
    return {*first, *second};
}

}  // namespace liuhen::server::store
