// One row of an imported table as the body of the request that would enter the same.
#pragma once

#include "server/jobs/import_columns.hpp"

#include <nlohmann/json_fwd.hpp>
#include <pqxx/transaction_base>

namespace liuhen::server::jobs {

/// A value of the form from a cell that needs no look-up; a text where it is nothing else.
nlohmann::json value_of(Reading reading, const std::string& text);

/// The whole form. Parties and places are looked up as the caller sees them; a cell that names
/// none, and a formula, is a fault at its pointer.
nlohmann::json form_of(pqxx::transaction_base& db, const Heading& heading, const sheets::Row& row,
                       Faults& faults);

/// A form's faults as a person finds them in the file: {place: "C7", column, field, code, message,
/// message_zh, value}. What belongs to no column has no place.
nlohmann::json told(const Faults& faults, const Heading& heading, std::size_t row);
/// The same of a file that is no table.
nlohmann::json told(const std::vector<sheets::SheetFault>& faults);

}  // namespace liuhen::server::jobs
