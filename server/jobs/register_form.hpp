// How somebody wants a register: the body of the request, kept with the job.
#pragma once

#include "server/jobs/register_specs.hpp"
#include "server/json/fields.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <string>

namespace liuhen::server::jobs {

inline constexpr std::size_t most_register_rows = 100'000;
inline constexpr std::size_t page_rows = 1'000;  ///< of one statement

/// Texts are empty where nothing was said.
struct RegisterAsked {
    std::string format;  ///< "csv", "xlsx"
    Language language{};
    std::string from, until;  ///< ISO 8601, the second is past the end
    std::string state, party, side;
    std::string period;  ///< of a declaration
};

/// Reads the form; `own` is the caller's party, meant where none is named and one is needed.
RegisterAsked read_register_form(Fields& form, std::string_view subject, const std::string& own);
nlohmann::json to_json(const RegisterAsked& asked);
/// What `to_json` wrote.
RegisterAsked register_asked(const nlohmann::json& kept);

}  // namespace liuhen::server::jobs
