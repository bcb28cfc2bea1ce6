// What the database's own rules say about a request, as an answer.
#pragma once

#include "server/http/message.hpp"

#include <pqxx/except>

#include <optional>

namespace liuhen::server::http {

/// The answer to a broken constraint that a request can break; nullopt for any other error.
std::optional<Reply> refusal_of(const pqxx::sql_error& error);

}  // namespace liuhen::server::http
