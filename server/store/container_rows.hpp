// How rows of the ledger's tables are read; for the files that ask for them.
#pragma once

#include "server/store/containers.hpp"
#include "server/store/sql_text.hpp"

#include <pqxx/pqxx>

namespace liuhen::server::store {

/// Of `containers c`, for `read_container`.
inline constexpr const char* container_columns =
    "c.id::text, c.party_id::text, c.code, coalesce(c.tag, ''), c.waste_code, c.waste_name,"
    " coalesce(c.package, ''), c.tare_g, floor(extract(epoch FROM c.made_at) * 1000)::bigint";
inline constexpr int container_width = 9;

/// The first `container_width` fields.
inline StoredContainer read_container(const pqxx::row& row) {
    StoredContainer one{{row[0].c_str()},
                        {row[1].c_str()},
                        row[2].c_str(),
                        row[3].c_str(),
                        row[4].c_str(),
                        row[5].c_str(),
                        row[6].c_str(),
                        {},
                        instant_from_ms(row[8].as<std::int64_t>())};
    if (!row[7].is_null()) one.tare = Grams{row[7].as<std::int64_t>()};
    return one;
}

inline manifest::custody::MovementKind kind_of(const pqxx::field& field) {
    return manifest::custody::movement_kind_from_code(field.c_str())
        .value_or(manifest::custody::MovementKind::corrected);
}

}  // namespace liuhen::server::store
