// Strict reading of query parameters; the pointer of a fault is "?name".
#pragma once

#include "base/time.hpp"
#include "server/http/message.hpp"
#include "server/json/fault.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace liuhen::server::http {

/// Reads parameters by name and gathers faults, as `Fields` does for bodies.
class Query {
public:
    explicit Query(const Request& request) : request_(request) {}

    std::string text(const std::string& name, std::size_t most = 200);
    std::string uuid(const std::string& name);
    std::optional<Instant> instant(const std::string& name);
    /// The same, and MISSING when there is none.
    std::optional<Instant> required_instant(const std::string& name);
    /// A decimal number that has to be there.
    std::optional<double> number(const std::string& name, double least, double most);
    std::int64_t integer(const std::string& name, std::int64_t least, std::int64_t most,
                         std::int64_t otherwise);
    void add(std::string_view code, const std::string& name, std::string_view value = {});
    /// Everything that is wrong, unknown parameters included.
    Faults finish();

private:
    const Request& request_;
    std::set<std::string> asked_;
    Faults faults_;
};

}  // namespace liuhen::server::http
