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
    bool repeats_unless_done = false;  ///< unknown messages are acknowledged as done, else as
                                       ///< unsupported
    bool announces_too_many = false;   ///< 0x0704 with fewer entries than it says is complete
    std::uint16_t patience = 100;      ///< refused pieces in a row that close its connection
    std::shared_ptr<const Dialect> dialect = nullptr;  ///< its items and bits; empty: the standard
};

/// What a device said of itself when it first registered. A later registration must say the same
/// until the operator resets it.
struct Registered {
    std::string terminal_id;  ///< the maker's own id of the unit, as sent
    std::string plate;        ///< plate or VIN, as sent
    std::string maker;
    std::string model;
    std::uint8_t plate_colour{};  ///< 0: `plate` is the VIN
    friend bool operator==(const Registered&, const Registered&) = default;
};

/// A device that registered for the first time: to be stored before its code leaves.
struct FirstRegistration {
    TerminalId terminal;  ///< Enrolled::terminal
    Registered said;
};

/// A device that the operator has entered, as the conversation needs it.
struct Enrolled {
    TerminalId terminal;    ///< the name it is stored under
    std::string plate;      ///< plate of the vehicle it is bound to; empty when unbound
    std::string auth_code;  ///< the code that 0x8100 hands out and 0x0102 must return
    Profile profile;
    std::optional<Registered> registered = std::nullopt;  ///< empty: never, or reset since
};

/// Finds a device by the number it sends, leading zeros stripped. Called on the session's thread;
/// must not block.
using Enrolment = std::function<std::optional<Enrolled>(std::string_view number)>;

/// Takes so many bytes, received just now, from what the device may yet have archived today. False:
/// they do not fit, and nothing of them is kept. Called on the session's thread; must not block.
using Allowance =
    std::function<bool(const TerminalId& terminal, std::size_t bytes, Instant received)>;

/// Why bytes or a device were turned away. Counted per device and kind; `code()` is its stable
/// name.
enum class Fault : std::uint8_t {
    oversized,  ///< no delimiter within the frame limit
    bad_escape,
    bad_checksum,
    bad_length,  ///< header length and bytes at hand differ
    truncated,   ///< body ends inside a field
    trailing_bytes,
    unknown_message,     ///< answered as unsupported, kept raw
    bad_value,           ///< a field outside its range (time, coordinates, BCD digit)
    bad_part,            ///< sub-package outside its limits or contradicting another part
    not_a_frame,         ///< bytes between frames that belong to no frame
    unknown_terminal,    ///< not entered by the operator
    wrong_code,          ///< authentication code refused
    not_authenticated,   ///< data before authentication
    other_registration,  ///< registers with other data than the first time
    over_budget,         ///< more in a day than is kept of one device
    count_,              ///< number of kinds
};
std::string_view code(Fault fault);

/// A refused piece with its bytes (cut at 2 KiB), for quarantine and `doctor --device`.
struct Refused {
    Fault fault{};
    std::vector<std::byte> bytes;
    std::string number{};  ///< that the piece bears, leading zeros stripped; empty: the speaker's
};

/// How far an order (command.hpp) has come. `code()` is its stable name.
enum class OrderState : std::uint8_t {
    acknowledged,  ///< the device took it; a specific answer is still to come
    done,
    refused,      ///< the device says that it failed or that the order is bad
    unsupported,  ///< the device does not know such an order
    timed_out,    ///< no answer after the last repetition
    count_,
};
std::string_view code(OrderState state);

/// What a device's message, or its silence, says about an order that it was given.
struct OrderAnswer {
    std::string order;  ///< Order::id
    OrderState state{};
    std::uint16_t message{};  ///< id of the answering message, 0 without one; locks: 0
    std::string detail;       ///< what it says beyond the state, without secrets; UTF-8
    std::optional<std::uint16_t> serial{};  ///< `acknowledged` in JT/T 808: of the order's message
    friend bool operator==(const OrderAnswer&, const OrderAnswer&) = default;
};

/// A photo, sound or film, whole, as a terminal sent it (0x0801).
struct Medium {
    std::uint32_t media{};  ///< its number at the terminal
    std::uint8_t kind{};    ///< 0 picture, 1 sound, 2 video
    std::uint8_t format{};  ///< 0 JPEG, 1 TIF, 2 MP3, 3 WAV, 4 WMV
    std::uint8_t event{};   ///< what it was made for, MediaHead::event
    std::uint8_t channel{};
    Instant at;                   ///< device time of the position sent with it, else of receipt
    bool undated = false;         ///< `at` is that of receipt
    std::optional<LatLon> where;  ///< WGS 84
    std::vector<std::byte> data;
};

/// A message that is kept readable beside its frame: waybill, driver card, attributes, parameters,
/// transparent data and the like. Its body as received, put together when it came in parts.
struct Document {
    std::uint16_t message{};
    bool edition_2019 = false;  ///< which header it came under; bodies differ
    Instant at;                 ///< device time where the message has one, else of receipt
    bool undated = false;       ///< `at` is that of receipt: repeats are known by `serial`
    std::uint16_t serial{};     ///< of its frame, of the first one when it came in parts
    std::vector<std::byte> body;
};

/// The one-time password that a lock told. Held encrypted, handed out only where unlocking is
/// granted.
struct OneTimePassword {
    LockId lock;
    std::string password;
    Instant told_at;
};

/// Everything that one chunk of bytes from a device came to. `reply` may leave only after all the
/// rest is committed.
struct Turn {
    std::vector<Sighting> seen;
    std::vector<std::vector<std::byte>> frames;  ///< unescaped frames to archive, as received
    std::vector<Refused> refused;
    std::vector<Medium> media;
    std::vector<Document> documents;
    std::vector<OrderAnswer> answers;
    std::vector<OneTimePassword> passwords;
    std::vector<FirstRegistration> registered;
    std::vector<std::byte> reply;
    bool hang_up = false;  ///< close once the reply is out

    void add(Turn next);
};

}  // namespace liuhen::telematics
