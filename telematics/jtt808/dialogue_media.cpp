// Media (0x0801), and what is asked for when parts of a message do not come.
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/dialogue.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/jtt808/manners.hpp"
#include "telematics/jtt808/secrets.hpp"

#include <algorithm>
#include <utility>

namespace liuhen::telematics::jtt808 {
namespace {

constexpr std::uint8_t last_media_kind = 2, last_media_format = 4;
constexpr std::size_t announced_remembered = 16;

bool is_allowed(const Media& m) {
    return m.head.kind <= last_media_kind && m.head.format <= last_media_format && !m.data.empty();
}

// A packet of 2011 as if it were a part: its count in the head, its data alone as the body.
Frame as_part(const Media& packet, const Frame& frame) {
    Frame part = frame;
    part.head.part =
        Part{static_cast<std::uint16_t>(packet.packets), static_cast<std::uint16_t>(packet.packet)};
    part.bytes.resize(frame.body_at);
    part.bytes.insert(part.bytes.end(), packet.data.begin(), packet.data.end());
    part.body_size = packet.data.size();
    return part;
}

}  // namespace

Dialogue::Heard Dialogue::on(const MediaEvent& m, const Context&) {
    announced_.push_back(m.head);
    if (announced_.size() > announced_remembered) announced_.pop_front();
    return {.turn = {}, .outcome = Outcome::done};
}

Dialogue::Heard Dialogue::on(const Media& m, const Context& context) {
    return m.layout == Layout::v2011 ? hear_packet(m, context) : hear_medium(m, context);
}

// 2011 numbers the packets in the body and says only in 0x0800 what it is that it sends.
Dialogue::Heard Dialogue::hear_packet(const Media& packet, const Context& context) {
    const Frame part = as_part(packet, context.frame);
    const auto added = reassembly_.add(part, packet.head.media, context.received);
    Heard heard{.turn = {}, .outcome = Outcome::done};
    if (!added) {
        heard.outcome = Outcome::failed;
        heard.turn.refused.push_back(context.refuse(added.error()));
        return heard;
    }
    if (!*added) return heard;
    const Whole& whole = **added;
    if (whole.message.bytes.empty()) {
        if (whole.outcome != Outcome::done) return {.turn = {}, .outcome = whole.outcome};
        return {.turn = media_taken(context.frame.head, packet.head.media), .outcome = {}};
    }
    Media medium;
    medium.layout = Layout::v2011;
    medium.head.media = packet.head.media;
    const auto told = std::ranges::find(announced_, medium.head.media, &MediaHead::media);
    if (told != announced_.end()) medium.head = *told;
    const ByteView data = whole.message.body();
    medium.data.assign(data.begin(), data.end());
    heard = hear_medium(medium, context);
    reassembly_.answered(whole, heard.outcome.value_or(Outcome::done));
    return heard;
}

Dialogue::Heard Dialogue::hear_medium(const Media& m, const Context& context) {
    if (!is_allowed(m)) {
        Heard heard{.turn = {}, .outcome = Outcome::bad_message};
        heard.turn.refused.push_back(context.refuse(Fault::bad_value));
        return heard;
    }
    Medium medium{.media = m.head.media,
                  .kind = m.head.kind,
                  .format = m.head.format,
                  .event = m.head.event,
                  .channel = m.head.channel,
                  .at = context.received,
                  .undated = true,
                  .where = std::nullopt,
                  .data = m.data};
    const auto seen = sighting_of(m.position, context.enrolled.profile,
                                  {.received = context.received, .message = Media::id});
    if (seen) {
        const auto& fix = std::get<Fix>(seen->what);
        medium.at = fix.at;
        medium.undated = seen->undated;
        if (fix.source != FixSource::none) medium.where = fix.where;
    }
    Heard heard{.turn = media_taken(context.frame.head, m.head.media), .outcome = {}};
    heard.turn.media.push_back(std::move(medium));
    return heard;
}

// 0x8800 without a list: everything is here.
Turn Dialogue::media_taken(const Header& to, std::uint32_t medium) {
    Turn turn;
    turn.reply = say(to, MediaReply{.layout = is_2011_ ? Layout::v2011 : Layout::v2013,
                                    .serial = to.serial,
                                    .media = medium,
                                    .missing = std::nullopt});
    return turn;
}

Turn Dialogue::ask_for_parts(Uptime now) {
    const Overdue overdue = reassembly_.tick(now);
    Turn turn;
    for (const Missing& missing : overdue.missing) {
        Turn asked;
        asked.reply = ask_for(missing);
        turn.add(std::move(asked));
    }
    for (const Frame& part : overdue.given_up) {
        const elock::Before unknown{.bytes = {}, .whole = false};
        turn.refused.push_back(
            refuse(Fault::bad_part, kept_bytes(part, profile_of_speaker(), unknown)));
    }
    return turn;
}

// A medium is asked for by its number, which stands in part 1; everything else by the serial of
// part 1, in a message that 2011 does not have.
Bytes Dialogue::ask_for(const Missing& missing) {
    const auto medium = missing.medium ? missing.medium : missing.opening;
    if (missing.head.id == Media::id && medium) {
        return say(missing.head, MediaReply{.layout = is_2011_ ? Layout::v2011 : Layout::v2013,
                                            .serial = missing.head.serial,
                                            .media = *medium,
                                            .missing = MissingPackets{missing.indexes}});
    }
    if (form() == Layout::v2011) return {};
    return say(missing.head, PlatformMissingParts{.first_serial = missing.first_serial,
                                                  .indexes = missing.indexes});
}

}  // namespace liuhen::telematics::jtt808
