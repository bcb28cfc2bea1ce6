// What each message of a terminal comes to.
#include "base/hash.hpp"
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/dialogue.hpp"
#include "telematics/jtt808/documents.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/jtt808/lock_orders.hpp"
#include "telematics/jtt808/manners.hpp"
#include "telematics/jtt808/secrets.hpp"
#include "telematics/text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace liuhen::telematics::jtt808 {
namespace {

// Asked by devices of before 2019; the answer is no message of the standard either.
constexpr std::uint16_t odd_time_query = 0x0109, odd_server_time = 0x8109;
// Before the position in 0x0201 and 0x0500.
constexpr std::size_t reply_serial_bytes = 2;

// The identity of an entry without time: all of its frame, and which entry of it.
std::uint64_t undated_hash(std::uint64_t frame, std::size_t index) {
    Writer w;
    w.u32(static_cast<std::uint32_t>(frame >> 32U)).u32(static_cast<std::uint32_t>(frame));
    w.u16(static_cast<std::uint16_t>(index));
    return hash64(w.view());
}

// Whole entries behind those that were announced: the count lies.
bool has_more_entries(const Batch& m) {
    Reader r{m.tail};
    const std::size_t length = r.u16();
    return r.ok() && length >= basic_position_bytes && length <= r.remaining();
}

// A terminal would send a refused batch for ever, and its good entries with it, so a bad entry,
// which is kept aside, is no reason to refuse. But entries that were announced and are not there
// would be lost with an acknowledgement, for the terminal deletes what is acknowledged; so would
// those behind the announced ones. Sending again costs nothing: an entry that is here already
// changes nothing.
Outcome outcome_of(const Batch& m, const Profile& profile) {
    const bool complete = m.bodies.size() >= m.announced || profile.announces_too_many;
    return complete && !has_more_entries(m) ? Outcome::done : Outcome::failed;
}

// A clock that runs ahead must not make a password the newest for as long as it does.
Instant told_at(const Sighting& seen, Instant received) {
    return std::min(time_of(seen.what), received);
}

// Year in two bytes, then month, day, hour, minute, second and a zero in one each, in the zone of
// the times that the device sends.
Unknown odd_time(Instant now, std::chrono::minutes zone) {
    const Bytes packed = to_bcd_time(now, zone);
    Writer w;
    constexpr std::uint16_t century = 2000;
    w.u16(static_cast<std::uint16_t>(century + bcd_number(packed[0]).value_or(0)));
    for (const std::byte b : ByteView{packed}.subspan(1)) {
        w.u8(static_cast<std::uint8_t>(bcd_number(b).value_or(0)));
    }
    return {.id = odd_server_time, .body = w.u8(0).finish()};
}

}  // namespace

Dialogue::Heard Dialogue::understand(const Context& context) {
    const Frame& frame = context.frame;
    const auto message = decode(frame.head.id, frame.head.edition, frame.body());
    if (!message) {
        Heard heard{.turn = {}, .outcome = Outcome::bad_message};
        heard.turn.refused.push_back(context.refuse(message.error()));
        return heard;
    }
    learn_form(*message);
    Heard heard = std::visit([&](const auto& m) { return on(m, context); }, *message);
    auto document =
        document_of(*message, frame, context.enrolled.profile, context.received, context.before);
    if (document) heard.turn.documents.push_back(std::move(*document));
    for (OrderAnswer& answer : orders_.hear(*message)) {
        heard.turn.answers.push_back(std::move(answer));
    }
    return heard;
}

// The hash is that of the position's own body, whichever message brought it.
Dialogue::Heard Dialogue::hear_position(const Position& m, ByteView body, const Context& context) {
    Heard heard{.turn = {}, .outcome = Outcome::done};
    const bool undated = has_no_time(m);
    auto seen = sightings_of(m, context.enrolled.profile,
                             {.received = context.received,
                              .message = context.frame.head.id,
                              .hash = hash64(body),
                              .undated_hash = undated ? hash64(context.frame.bytes) : 0,
                              .lock = terminal_number(context.frame.head)});
    if (seen) {
        heard.turn.passwords = passwords_told(
            body.subspan(basic_position_bytes), context.enrolled.profile,
            terminal_number(context.frame.head), told_at(seen->front(), context.received));
        heard.turn.seen = std::move(*seen);
        if (ends_inside_an_item(body.subspan(basic_position_bytes)))
            heard.turn.refused.push_back(context.refuse(Fault::truncated));
    } else {
        heard.outcome = Outcome::bad_message;
        heard.turn.refused.push_back(context.refuse(seen.error()));
    }
    return heard;
}

Dialogue::Heard Dialogue::on(const Position& m, const Context& context) {
    return hear_position(m, context.frame.body(), context);
}

Dialogue::Heard Dialogue::on(const Batch& m, const Context& context) {
    Heard heard;
    Turn& turn = heard.turn;
    const std::uint64_t frame_hash = hash64(context.frame.bytes);
    for (std::size_t index = 0; index < m.bodies.size(); ++index) {
        const Bytes& body = m.bodies[index];
        const auto position = view_position(body);
        Result<std::vector<Sighting>, Fault> seen = fail(Fault::truncated);
        if (position) {
            seen = sightings_of(*position, context.enrolled.profile,
                                {.received = context.received,
                                 .message = context.frame.head.id,
                                 .backlog = m.kind == Batch::blind_area,
                                 .hash = hash64(body),
                                 .undated_hash = undated_hash(frame_hash, index),
                                 .lock = terminal_number(context.frame.head)});
        }
        if (seen) {
            std::ranges::move(passwords_told(position->items, context.enrolled.profile,
                                             terminal_number(context.frame.head),
                                             told_at(seen->front(), context.received)),
                              std::back_inserter(turn.passwords));
            std::ranges::move(*seen, std::back_inserter(turn.seen));
            if (ends_inside_an_item(position->items))
                turn.refused.push_back(
                    refuse(Fault::truncated, kept_entry(body, context.enrolled.profile)));
        } else {
            turn.refused.push_back(
                refuse(seen.error(), kept_entry(body, context.enrolled.profile)));
        }
    }
    heard.outcome = outcome_of(m, context.enrolled.profile);
    if (m.bodies.size() < m.announced) {
        turn.refused.push_back(context.refuse(Fault::truncated));
    } else if (!m.tail.empty()) {
        turn.refused.push_back(context.refuse(Fault::trailing_bytes));
    }
    return heard;
}

Dialogue::Heard Dialogue::on(const PositionReply& m, const Context& context) {
    const std::size_t at = m.layout == Layout::v2011 ? 0 : reply_serial_bytes;
    return hear_position(m.position, context.frame.body().subspan(at), context);
}
Dialogue::Heard Dialogue::on(const VehicleControlReply& m, const Context& context) {
    return hear_position(m.position, context.frame.body().subspan(reply_serial_bytes), context);
}

Dialogue::Heard Dialogue::on(const TerminalReply&, const Context&) { return {}; }

// 0x8004 is the one time that is not in the terminal's zone.
Dialogue::Heard Dialogue::on(const TimeQuery&, const Context& context) {
    ServerTime time;
    std::ranges::copy(to_bcd_time(context.received, std::chrono::minutes{0}), time.utc.begin());
    Heard heard;
    heard.turn.reply = say(context.frame.head, time);
    return heard;
}

Dialogue::Heard Dialogue::on(const Unknown& m, const Context& context) {
    Heard heard;
    if (m.id == odd_time_query) {
        const auto zone = context.enrolled.profile.time_zone;
        heard.turn.reply = say(context.frame.head, odd_time(context.received, zone));
        return heard;
    }
    if (m.id == short_batch_id) {
        if (m.body.size() == battery_and_time_bytes) return {.turn = {}, .outcome = Outcome::done};
        Reader r{m.body};
        return on(read_short_batch(r), context);
    }
    heard.outcome =
        context.enrolled.profile.repeats_unless_done ? Outcome::done : Outcome::unsupported;
    heard.turn.refused.push_back(context.refuse(Fault::unknown_message));
    return heard;
}

// Known messages of terminals need no more than to be kept; those of platforms are not for us.
template <class Other>
Dialogue::Heard Dialogue::on(const Other& m, const Context& context) {
    if (m.id < first_platform_message) return {.turn = {}, .outcome = Outcome::done};
    Heard heard{.turn = {}, .outcome = Outcome::unsupported};
    heard.turn.refused.push_back(context.refuse(Fault::unknown_message));
    return heard;
}

}  // namespace liuhen::telematics::jtt808
