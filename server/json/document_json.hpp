// Documents of devices as they are shown, with what nobody should read masked.
#pragma once

#include "telematics/turn.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server {

/// The fields of a document's body as JSON text that PostgreSQL takes: no zero characters, valid
/// UTF-8. Passwords of parameters are gone and identity numbers cut to their end. Empty when the
/// body cannot be read, or is longer than is shown.
std::string content_of(const telematics::Document& document);

/// All but the last four characters as '*'; a short one is masked whole.
std::string masked(std::string_view number);

/// Every run of exactly fourteen digits in a text: what may be numbers of manifests. At most ten.
std::vector<std::string> manifest_numbers_in(std::string_view text);

}  // namespace liuhen::server
