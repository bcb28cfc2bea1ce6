// The published description of the HTTP interface (OpenAPI 3.1), compiled in.
#pragma once

#include <string>

namespace liuhen::server::http {

/// docs/openapi.json, byte for byte as built.
const std::string& openapi_document();

}  // namespace liuhen::server::http
