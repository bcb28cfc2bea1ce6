// Work in the background: imports, registers, declarations, and what they made.
#pragma once

#include "server/http/front.hpp"

#include <pqxx/pqxx>

namespace liuhen::server::http {

// imports_api.cpp
Reply add_import(pqxx::work& db, const Call& call);
Reply import_template(pqxx::work& db, const Call& call);
Reply import_rows(pqxx::work& db, const Call& call);

// jobs_api.cpp
Reply add_register(pqxx::work& db, const Call& call);
Reply list_jobs(pqxx::work& db, const Call& call);
Reply show_job(pqxx::work& db, const Call& call);
Reply cancel_job(pqxx::work& db, const Call& call);
Reply add_job_link(pqxx::work& db, const Call& call);
awaitable<Reply> download(Front& front, Call call);

/// What is asked for in the background, taken on: 202 with its place. 429 when the organisation
/// has as many as it may.
struct Wish {
    std::string kind, subject, asked;
    std::optional<std::string_view> input;
};
Reply take_on(pqxx::work& db, const Call& call, const Wish& wish);

inline constexpr int open_jobs = 3;     ///< of an organisation, or an authority of one area
inline constexpr int jobs_a_day = 100;  ///< of the same
inline constexpr std::size_t max_import_bytes = std::size_t{5} * 1024 * 1024;

}  // namespace liuhen::server::http
