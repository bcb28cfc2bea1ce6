#include "server/tools/decode.hpp"

#include "server/json/message_json.hpp"
#include "server/tools/decode_faults.hpp"
#include "server/tools/decode_items.hpp"
#include "server/tools/decode_locks.hpp"
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/jtt808/lock_report.hpp"
#include "telematics/jtt808/scanner.hpp"
#include "telematics/jtt808/secrets.hpp"
#include "telematics/text.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <istream>
#include <ostream>

namespace liuhen::server::tools {
namespace {

using Json = nlohmann::ordered_json;
using namespace telematics;
using namespace telematics::jtt808;

DecodedLine error_line(std::string_view code, std::string_view detail) {
    Json json{{"error", code}};
    if (code == telematics::code(Fault::bad_checksum)) json["checksum_ok"] = false;
    json["detail"] = detail;
    return {json.dump(), false};
}

Result<Frame, Fault> frame_as_sent(ByteView wire) {
    if (std::ranges::find(wire, delimiter) != wire.end()) return fail(Fault::not_a_frame);
    auto plain = unescape(wire);
    if (!plain) return fail(Fault::bad_escape);
    return parse_frame(std::move(*plain));
}

// The bytes between the delimiters, which may be left out. Documents and logs often show frames
// with their escapes removed, so that is tried second.
Result<Frame, Fault> frame_of(ByteView wire) {
    while (!wire.empty() && wire.front() == delimiter) wire = wire.subspan(1);
    while (!wire.empty() && wire.back() == delimiter) wire = wire.first(wire.size() - 1);
    auto frame = frame_as_sent(wire);
    if (frame) return frame;
    auto plain = parse_frame({wire.begin(), wire.end()});
    return plain ? std::move(plain) : std::move(frame);
}

std::string raw_body(const Frame& frame, const Profile& profile) {
    const Bytes kept = kept_bytes(frame, profile, {.bytes = {}, .whole = !frame.head.part});
    return to_hex(ByteView{kept}.subspan(frame.body_at, frame.body_size));
}

// A body that cannot be read is shown raw beside its fault.
Json frame_json(const Frame& frame, const Profile& profile) {
    const Header& head = frame.head;
    Json json{{"msg_id", hex_id(head.id)},
              {"name", message_name(head.id)},
              {"edition", name_of(head.edition)},
              {"terminal", phone_digits(head)},
              {"serial", head.serial},
              {"checksum_ok", true}};
    if (head.encryption() != 0) json["encryption"] = head.encryption();
    if (head.part) {
        json["part"] = {{"total", head.part->total}, {"index", head.part->index}};
    }
    if (head.part || head.encryption() != 0) {
        json["body"] = {{"raw", raw_body(frame, profile)}};
        return json;
    }
    Bytes shown{frame.body().begin(), frame.body().end()};
    elock::blank_passwords(shown);
    const auto message = decode(head.id, head.edition, shown);
    if (!message) {
        json["body"] = {{"raw", raw_body(frame, profile)}};
        json["error"] = code(message.error());
        json["detail"] = explain(message.error());
        return json;
    }
    json["body"] = message_json(*message);
    if (const auto* const position = std::get_if<Position>(&*message))
        json["body"].update(position_in(*position, profile, terminal_number(head)));
    return json;
}

// A lock's frame with its one-byte serial, which no header of 808 fits.
std::optional<Frame> lock_frame_of(ByteView wire) {
    while (!wire.empty() && wire.front() == delimiter) wire = wire.subspan(1);
    while (!wire.empty() && wire.back() == delimiter) wire = wire.first(wire.size() - 1);
    auto plain = unescape(wire);
    auto frame = parse_lock_frame(plain ? std::move(*plain) : Bytes{wire.begin(), wire.end()});
    return frame ? std::optional{std::move(*frame)} : std::nullopt;
}

Json refused_json(Fault fault, ByteView bytes) {
    return {{"error", code(fault)}, {"detail", explain(fault)}, {"raw", to_hex(bytes)}};
}

// What a line holds that is no single frame: several frames, frames between E7, texts of locks
// between frames. Read as the server hears a stream; empty when nothing of it makes sense.
Json pieces_of(ByteView bytes, const Profile& profile) {
    Json pieces = Json::array();
    bool sensible = false;
    elock::Before strays;
    FrameScanner scanner;
    scanner.feed(bytes);
    while (const auto piece = scanner.take()) {
        if (const auto* const frame = std::get_if<FrameView>(&*piece)) {
            pieces.push_back(frame_json(owned(*frame), profile));
        } else if (const auto* const text = std::get_if<TextView>(&*piece)) {
            pieces.push_back(Json::parse(decode_lock_pieces(text->bytes, profile).json));
        } else {
            const auto& bad = std::get<BadView>(*piece);
            pieces.push_back(refused_json(bad.fault, kept_piece(bad.bytes, strays)));
            elock::move_on(strays, bad.bytes);
            continue;
        }
        sensible = true;
    }
    return sensible ? pieces : Json::array();
}

DecodedLine printed(const Json& json) {
    return {.json = json.dump(-1, ' ', false, Json::error_handler_t::replace),
            .read = !json.contains("error")};
}

}  // namespace

std::optional<DecodedLine> decode_line(std::string_view line, const telematics::Profile& profile) {
    if (line.find_first_not_of(" \t\r\n") == std::string_view::npos) return std::nullopt;
    if (const auto at = line.find_first_not_of(" \t"); line[at] == '(' || line[at] == '#') {
        const auto text = line.substr(at, line.find_last_not_of(" \t\r") + 1 - at);
        return decode_lock_pieces(std::as_bytes(std::span{text}), profile);
    }
    const auto bytes = from_hex(line);
    if (!bytes) return error_line("bad_hex", "an odd number of digits, or something else than hex");
    if (is_lock_piece(*bytes)) return decode_lock_pieces(*bytes, profile);
    if (const auto lock = lock_frame_of(*bytes)) return printed(lock_frame_json(*lock, profile));
    const auto frame = frame_of(*bytes);
    if (frame) return printed(frame_json(*frame, profile));
    const Json pieces = pieces_of(*bytes, profile);
    if (pieces.empty()) return error_line(code(frame.error()), explain(frame.error()));
    if (pieces.size() == 1) return printed(pieces.front());
    Json shown = Json::object();
    shown["pieces"] = pieces;
    DecodedLine all = printed(shown);
    all.read = std::ranges::none_of(pieces, [](const Json& one) { return one.contains("error"); });
    return all;
}

int decode_stream(std::istream& in, std::ostream& out, const telematics::Profile& profile) {
    bool all_read = true;
    for (std::string line; std::getline(in, line);) {
        const auto decoded = decode_line(line, profile);
        if (!decoded) continue;
        out << decoded->json << '\n';
        all_read = all_read && decoded->read;
    }
    out.flush();  // a full disk may show only now
    return all_read && out ? 0 : 1;
}

}  // namespace liuhen::server::tools
