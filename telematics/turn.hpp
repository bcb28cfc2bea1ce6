// What a conversation with a device comes to: the one form in which every protocol reports.
#pragma once

#include "base/observation.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::telematics {

/// The map grid in which a device sends its coordinates.
enum class Datum : std::uint8_t { wgs84, gcj02 };

struct Dialect;

/// How one model of device departs from the standard. Loaded from data, never branched on by name:
/// profile.hpp.
struct Profile {
    std::string name = "standard";
    std::chrono::minutes time_zone = china_standard_time;  ///< zone of the times it sends
    Datum datum = Datum::wgs84;
    bool speaks_before_authentication = false;  ///< observations count before 0x0102
    bool accept_bad_checksum = false;           ///< such frames are read and marked, not refused
    std::shared_ptr<const Dialect> dialect = nullptr;  ///< its items and bits; empty: the standard
};

/// A device that the operator has entered, as the conversation needs it.
struct Enrolled {
    TerminalId terminal;    ///< the name it is stored under
    std::string plate;      ///< plate of the vehicle it is bound to; empty when unbound
    std::string auth_code;  ///< the code that 0x8100 hands out and 0x0102 must return
    Profile profile;
};

/// Finds a device by the number it sends, leading zeros stripped. Called on the session's thread;
/// must not block.
using Enrolment = std::function<std::optional<Enrolled>(std::string_view number)>;

/// Why bytes or a device were turned away. Counted per device and kind; `code()` is its stable
/// name.
enum class Fault : std::uint8_t {
    oversized,  ///< no delimiter within the frame limit
    bad_escape,
    bad_checksum,
    bad_length,  ///< header length and bytes at hand differ
    truncated,   ///< body ends inside a field
    trailing_bytes,
    unknown_message,    ///< answered as unsupported, kept raw
    bad_value,          ///< a field outside its range (time, coordinates, BCD digit)
    bad_part,           ///< sub-package outside its limits or contradicting another part
    not_a_frame,        ///< bytes between frames that belong to no frame
    unknown_terminal,   ///< not entered by the operator
    wrong_code,         ///< authentication code refused
    not_authenticated,  ///< data before authentication
    count_,             ///< number of kinds
};
std::string_view code(Fault fault);

/// A refused piece with its bytes (cut at 2 KiB), for quarantine and `doctor --device`.
struct Refused {
    Fault fault{};
    std::vector<std::byte> bytes;
};

/// Everything that one chunk of bytes from a device came to. `reply` may leave only after `seen`
/// and `frames` are committed.
struct Turn {
    std::vector<Sighting> seen;
    std::vector<std::vector<std::byte>> frames;  ///< unescaped frames to archive, as received
    std::vector<Refused> refused;
    std::vector<std::byte> reply;
    bool hang_up = false;  ///< close once the reply is out

    void add(Turn next);
};

}  // namespace liuhen::telematics
