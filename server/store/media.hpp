// Media and documents on their way into storage: one row each, stored once however often it is
// sent.
#pragma once

#include "base/geo.hpp"
#include "server/store/copy_buffer.hpp"
#include "telematics/turn.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// When something was made, as the device said and as it counts.
struct Moment {
    std::optional<Instant> device_at;  ///< as said; empty: the device said nothing
    Instant at;                        ///< the same where it is plausible, else of receipt
    Instant received_at;
};

/// One row of `media`, with the content that it refers to; units as in sql/008_media.sql.
struct MediumRow {
    std::string id;  ///< uuid v7; counts only when the medium is new
    std::int32_t terminal_key{};
    Moment moment;
    std::int64_t number{};
    std::int16_t kind{};
    std::int16_t format{};
    std::string found;  ///< code of the format by its first bytes; empty: none that is known
    std::int16_t event{};
    std::int16_t channel{};
    std::optional<std::int32_t> lat, lon;  ///< 1e-7 degree
    std::vector<std::byte> bytes;
};

/// One row of `documents`.
struct DocumentRow {
    std::string id;  ///< uuid v7; counts only when the document is new
    std::int32_t terminal_key{};
    Moment moment;
    std::int32_t message{};
    std::int16_t edition{};  ///< 2013 (or 2011) or 2019
    std::int32_t serial{};
    std::vector<std::byte> body;
    std::string content;  ///< JSON; empty: the body could not be read
};

MediumRow to_row(telematics::Medium medium, std::int32_t terminal_key, Instant received);
DocumentRow to_row(telematics::Document document, std::int32_t terminal_key, Instant received);

/// Stores one medium. Parameters: $1 its bytes, $2 `fields_of` it.
std::string_view insert_medium_statement();
/// A medium without its bytes as a JSON object.
std::string fields_of(const MediumRow& row);

/// Stores the documents of $1, `to_records` of them.
std::string_view insert_documents_statement();
std::string to_records(const std::vector<DocumentRow>& rows);

/// What quarantine keeps of a row that no table takes.
void put(CopyBuffer& buffer, const MediumRow& row);
void put(CopyBuffer& buffer, const DocumentRow& row);

}  // namespace liuhen::server::store
