// Pages that run nothing and load nothing: what they have in common.
#pragma once

#include <string>
#include <string_view>

namespace liuhen::server::http {

/// `text` as the content of an element or a quoted attribute.
std::string escaped(std::string_view text);

/// A Content-Security-Policy that allows one style sheet, by its hash, and nothing else.
std::string policy_of_style(std::string_view style);

}  // namespace liuhen::server::http
