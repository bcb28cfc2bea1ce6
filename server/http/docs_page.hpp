// The description of the HTTP interface as a page to read: no script, no image, no other host.
#pragma once

#include "server/http/front.hpp"
#include "server/http/plain_page.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace liuhen::server::http {

using Description = nlohmann::ordered_json;  ///< an OpenAPI document in the order of its author

/// The page: operations by tag with parameters, bodies, examples and answers, then all schemas. In
/// both languages where the document has them. Throws nlohmann::json::exception when `document` is
/// no OpenAPI document.
std::string docs_page(const Description& document);

/// The Content-Security-Policy it is served with: its own style sheet and nothing else.
const std::string& docs_policy();

/// GET /docs: the page of the description that this server was built with.
awaitable<Reply> docs(Front& front, Call call);

// ---- parts of it ----

/// A schema in words and tables; what it refers to is a link to `#schema-NAME`.
std::string schema_html(const Description& schema);

}  // namespace liuhen::server::http
