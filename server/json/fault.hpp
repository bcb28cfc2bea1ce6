// What is wrong with a document that came in: one entry a fault, with its JSON pointer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server {

/// One fault of a request. `pointer` is an RFC 6901 pointer into the body; a query parameter is
/// named "?limit", a header "If-Match".
struct Fault {
    std::string code;
    std::string pointer;
    std::string message;     ///< English, for a person
    std::string message_zh;  ///< the same in Chinese
    std::string value;       ///< the offending value, at most 64 code points; may be empty
};
using Faults = std::vector<Fault>;

/// A fault with the words of the catalogue; an unknown code gets the code as its words.
Fault fault(std::string_view code, std::string pointer, std::string_view value = {});

/// The first 64 code points of a text that may be anything; broken UTF-8 is replaced by '?'.
std::string cut_value(std::string_view text);

/// One name of a path made safe for a JSON pointer ('~' and '/' escaped).
std::string pointer_to(std::string_view parent, std::string_view name);
std::string pointer_to(std::string_view parent, std::size_t index);

}  // namespace liuhen::server
