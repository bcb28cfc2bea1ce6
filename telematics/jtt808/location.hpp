// Position reports, single and stored, and what they mean: from the bytes of 0x0200 to a Sighting.
#pragma once

#include "base/observation.hpp"
#include "telematics/jtt808/messages.hpp"

#include <array>
#include <string>
#include <vector>

namespace liuhen::telematics::jtt808 {

/// Bits of the status word that are used here; all are in docs/wire-jtt808.md.
namespace status_bit {
inline constexpr std::uint32_t ignition = 1U << 0U;
inline constexpr std::uint32_t fix = 1U << 1U;
inline constexpr std::uint32_t south = 1U << 2U;
inline constexpr std::uint32_t west = 1U << 3U;
inline constexpr std::uint32_t encrypted = 1U << 5U;
inline constexpr unsigned load_shift = 8;
inline constexpr std::uint32_t doors_locked = 1U << 12U;
}  // namespace status_bit

inline constexpr std::size_t basic_position_bytes = 28;

Position read_position(Reader& r, Edition edition);
void write_position(const Position& m, Writer& w, Edition edition);
Batch read_batch(Reader& r, Edition edition);
void write_batch(const Batch& m, Writer& w, Edition edition);
/// Of no edition: stored positions; or, in a body of `battery_and_time_bytes`, the battery in
/// percent and the time, as a sign of life.
inline constexpr std::uint16_t short_batch_id = 0x0210;
inline constexpr std::size_t battery_and_time_bytes = 7;
/// 0x0210 as positions behind a length of one byte each, to the end of the body.
Batch read_short_batch(Reader& r);

/// A position as it stands in bytes of somebody else's, good as long as they are: the same fields,
/// the items where they are.
struct PositionView {
    std::uint32_t alarm{};
    std::uint32_t status{};
    std::uint32_t latitude{};
    std::uint32_t longitude{};
    std::int16_t altitude{};
    std::uint16_t speed{};
    std::uint16_t direction{};
    std::array<std::byte, 6> time{};
    ByteView items;  ///< to the end of the body
};

/// The view of a body of 0x0200 or of an entry of 0x0704. Fault: truncated.
Result<PositionView, Fault> view_position(ByteView body);

/// True when the length of the last item runs past the end, or a byte is left that begins no item.
/// Whatever stands before it is good.
bool ends_inside_an_item(ByteView items);

/// The place in the terminal's own grid. Negative numbers in two's complement are understood beside
/// the hemisphere bits; nullopt when a coordinate is on no earth.
std::optional<LatLon> place_of(const Position& position);

/// The moment of a position on a clock `zone` east of Greenwich. Nullopt when the digits are no
/// time, or when all of them are zero: see `has_no_time`.
std::optional<Instant> time_of(const Position& position, std::chrono::minutes zone);
/// True when the terminal had no clock and sent zeros.
bool has_no_time(const Position& position);
bool has_no_time(const PositionView& position);

/// How a position came to us.
struct Arrival {
    Instant received;
    std::uint16_t message = Position::id;
    bool backlog = false;
    std::uint64_t hash{};          ///< of the position's own body
    std::uint64_t undated_hash{};  ///< of the whole frame, its identity when it has no time
    std::string lock = {};         ///< the terminal's own number, should it be a lock
};

/// The observation in a position, coordinates as WGS 84 by the profile's datum. Without a fix, at
/// exactly 0/0, or with coordinates encrypted by the state plug-in (unless the profile says they
/// are GCJ-02), its source is `none` and the place may be 0/0. bad_value: an impossible time, or
/// coordinates on no earth although there is a fix.
Result<Sighting, Fault> sighting_of(const PositionView& position, const Profile& profile,
                                    const Arrival& arrival);
Result<Sighting, Fault> sighting_of(const Position& position, const Profile& profile,
                                    const Arrival& arrival);

/// The fix, then an event for each thing that the position says of a lock in the profile's dialect:
/// of the terminal itself, or of the locks that hang on it under their own numbers.
///
/// Rope or rod closed and locked is sealed; rope out or rod open is unsealed, whatever the motor; a
/// motor that is unlocked while the rope is in says nothing. States and alarms are repeated by
/// every report while they hold. An event's hash is that of the position's hash, its action, means,
/// lock and actor: the same report sent again, alone or in a batch, is the same sightings.
Result<std::vector<Sighting>, Fault> sightings_of(const PositionView& position,
                                                  const Profile& profile, const Arrival& arrival);
Result<std::vector<Sighting>, Fault> sightings_of(const Position& position, const Profile& profile,
                                                  const Arrival& arrival);

/// The report a terminal with a standard profile sends for a fix (device side). Alarm bits 4 to 8
/// are its signals; the status has ignition (on unless it says off), fix, hemispheres and load;
/// odometer, recorder speed and satellites become items 01, 03 and 31.
Position report_of(const Fix& fix, std::chrono::minutes zone = china_standard_time);

}  // namespace liuhen::telematics::jtt808
