#include "server/store/media.hpp"

#include "server/crypto.hpp"
#include "server/json/document_json.hpp"
#include "server/media.hpp"
#include "server/store/observations.hpp"
#include "telematics/text.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace liuhen::server::store {
namespace {

using nlohmann::json;

constexpr double degrees_grid = 1e7;

Moment moment_of(Instant at, bool undated, Instant received) {
    const bool plausible = at >= received - oldest_plausible && at <= received + newest_plausible;
    Moment moment{std::nullopt, plausible && !undated ? at : received, received};
    if (!undated) moment.device_at = at;
    return moment;
}

std::int32_t to_grid(double degrees) {
    return static_cast<std::int32_t>(std::lround(degrees * degrees_grid));
}

void put(json& object, const Moment& moment) {
    object["device_at"] = moment.device_at ? json(to_iso(*moment.device_at)) : json(nullptr);
    object["at"] = to_iso(moment.at);
    object["received_at"] = to_iso(moment.received_at);
}

template <class T>
json or_null(const std::optional<T>& value) {
    return value ? json(*value) : json(nullptr);
}

std::string text_of(const json& document) {
    return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

MediumRow to_row(telematics::Medium medium, std::int32_t terminal_key, Instant received) {
    MediumRow row;
    row.id = uuid_v7(received);
    row.terminal_key = terminal_key;
    row.moment = moment_of(medium.at, medium.undated, received);
    row.number = medium.media;
    row.kind = medium.kind;
    row.format = medium.format;
    if (const auto found = format_of(medium.data)) row.found = code(*found);
    row.event = medium.event;
    row.channel = medium.channel;
    if (medium.where) {
        row.lat = to_grid(medium.where->lat);
        row.lon = to_grid(medium.where->lon);
    }
    row.bytes = std::move(medium.data);
    return row;
}

DocumentRow to_row(telematics::Document document, std::int32_t terminal_key, Instant received) {
    DocumentRow row;
    row.id = uuid_v7(received);
    row.terminal_key = terminal_key;
    row.moment = moment_of(document.at, document.undated, received);
    row.message = document.message;
    row.edition = document.edition_2019 ? 2019 : 2013;
    row.serial = document.serial;
    row.content = content_of(document);
    row.body = std::move(document.body);
    return row;
}

std::string_view insert_medium_statement() {
    return "WITH content AS (INSERT INTO media_bytes (bytes) VALUES ($1) ON CONFLICT DO NOTHING) "
           "INSERT INTO media (id, sha256, size, terminal_key, number, kind, format, found, event, "
           "channel, device_at, at, received_at, lat, lon) "
           "SELECT r.id, sha256($1), octet_length($1), r.terminal_key, r.number, r.kind, r.format, "
           "r.found, r.event, r.channel, r.device_at, r.at, r.received_at, r.lat, r.lon "
           "FROM jsonb_to_record($2::jsonb) AS r(id uuid, terminal_key integer, number bigint, "
           "kind smallint, format smallint, found text, event smallint, channel smallint, "
           "device_at timestamptz, at timestamptz, received_at timestamptz, lat integer, "
           "lon integer) ON CONFLICT DO NOTHING";
}

std::string fields_of(const MediumRow& row) {
    json fields{{"id", row.id},
                {"terminal_key", row.terminal_key},
                {"number", row.number},
                {"kind", row.kind},
                {"format", row.format},
                {"found", row.found.empty() ? json(nullptr) : json(row.found)},
                {"event", row.event},
                {"channel", row.channel},
                {"lat", or_null(row.lat)},
                {"lon", or_null(row.lon)}};
    put(fields, row.moment);
    return text_of(fields);
}

std::string_view insert_documents_statement() {
    return "INSERT INTO documents (id, terminal_key, message, edition, serial, device_at, at, "
           "received_at, body, content) "
           "SELECT r.id, r.terminal_key, r.message, r.edition, r.serial, r.device_at, r.at, "
           "r.received_at, decode(r.body, 'hex'), r.content::jsonb "
           "FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, terminal_key integer, "
           "message integer, edition smallint, serial integer, device_at timestamptz, "
           "at timestamptz, received_at timestamptz, body text, content text) "
           "ON CONFLICT DO NOTHING";
}

std::string to_records(const std::vector<DocumentRow>& rows) {
    json records = json::array();
    for (const DocumentRow& row : rows) {
        json record{{"id", row.id},
                    {"terminal_key", row.terminal_key},
                    {"message", row.message},
                    {"edition", row.edition},
                    {"serial", row.serial},
                    {"body", telematics::to_hex(row.body)},
                    {"content", row.content.empty() ? json(nullptr) : json(row.content)}};
        put(record, row.moment);
        records.push_back(std::move(record));
    }
    return text_of(records);
}

void put(CopyBuffer& buffer, const MediumRow& row) {
    buffer.row(2);
    buffer.put(std::string_view{fields_of(row)});
    buffer.put(std::span{row.bytes});
}

void put(CopyBuffer& buffer, const DocumentRow& row) {
    buffer.row(4);
    buffer.put(row.terminal_key);
    buffer.put(row.moment.received_at);
    buffer.put(row.message);
    buffer.put(std::span{row.body});
}

}  // namespace liuhen::server::store
