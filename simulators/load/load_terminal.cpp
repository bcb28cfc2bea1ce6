#include "simulators/load/load_terminal.hpp"

#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/location.hpp"

#include <algorithm>
#include <stdexcept>

namespace liuhen::simulators {
namespace {

using namespace telematics;
using namespace telematics::jtt808;

constexpr std::uint32_t road_steps = 1'000;  // positions from one end of the road to the other
constexpr std::size_t max_frame = 64;        // unescaped; what the platform says beside is skipped

Header head_of(std::string_view number) {
    const auto head = header_for(number, Edition::v2013);
    if (!head) throw std::invalid_argument{"not a terminal's number: " + std::string{number}};
    return *head;
}

// 0x8001: header of 12 bytes, then serial, id, result, and the checksum.
struct PlainReply {
    std::uint16_t serial;
    bool accepted;
};
std::optional<PlainReply> reply_in(ByteView frame) {
    constexpr std::size_t body = 12, length = body + 5 + 1;
    if (frame.size() != length) return std::nullopt;
    const auto at = [&](std::size_t i) { return std::to_integer<unsigned>(frame[i]); };
    if (at(0) != 0x80 || at(1) != 0x01) return std::nullopt;
    return PlainReply{.serial = static_cast<std::uint16_t>(at(body) << 8U | at(body + 1)),
                      .accepted = at(body + 4) == 0};
}

}  // namespace

LoadTerminal::LoadTerminal(std::string_view number, const LoadShape& shape, std::uint32_t start)
    : shape_(&shape), head_(head_of(number)), told_(start) {}

Bytes LoadTerminal::authenticate(LoadClock::time_point due) {
    const Bytes body =
        encode(Authenticate{.code = shape_->auth_code, .imei = {}, .software = {}}, head_.edition);
    return message(Authenticate::id, body, {.due = due, .positions = 0, .accepted = false});
}

Bytes LoadTerminal::report(LoadClock::time_point due) {
    if (shape_->batch == 1) {
        const Bytes body = encode(report_of(next_fix()), head_.edition);
        return message(Position::id, body, {.due = due, .positions = 1, .accepted = false});
    }
    Batch batch;
    batch.kind = Batch::blind_area;
    batch.announced = static_cast<std::uint16_t>(shape_->batch);
    for (std::size_t i = 0; i < shape_->batch; ++i) {
        batch.bodies.push_back(encode(report_of(next_fix()), head_.edition));
    }
    return message(Batch::id, encode(batch, head_.edition),
                   {.due = due, .positions = shape_->batch, .accepted = false});
}

Fix LoadTerminal::next_fix() {
    const std::uint32_t lap = told_ % (2 * road_steps);
    const double share =
        static_cast<double>(lap < road_steps ? lap : 2 * road_steps - lap) / road_steps;
    Fix fix;
    fix.at = shape_->first_at + shape_->step * sent_;
    fix.where = {.lat = shape_->from.lat + share * (shape_->until.lat - shape_->from.lat),
                 .lon = shape_->from.lon + share * (shape_->until.lon - shape_->from.lon)};
    fix.speed = from_kmh(60);
    fix.heading = {lap < road_steps ? 90.0 : 270.0};
    fix.satellites = static_cast<std::uint8_t>(9 + told_ % 4);
    fix.odometer = Metres{1e6 + 17.0 * told_};
    ++told_;
    ++sent_;
    return fix;
}

Bytes LoadTerminal::message(std::uint16_t id, ByteView body, LoadAnswer answer) {
    head_.id = id;
    head_.serial = serial_;
    // A message in parts is answered by the serial of its last one.
    serial_ = static_cast<std::uint16_t>(serial_ + frames_needed(body.size()) - 1);
    waiting_.push_back({.serial = serial_++, .answer = answer});
    return seal(head_, body);
}

std::vector<LoadAnswer> LoadTerminal::hear(ByteView bytes) {
    constexpr std::byte delimiter{0x7E}, escape{0x7D}, escaped_delimiter{0x02};
    std::vector<LoadAnswer> answers;
    for (const std::byte one : bytes) {
        if (one == delimiter) {
            if (const auto answer = answered()) answers.push_back(*answer);
            frame_.clear();
            escaped_ = false;
        } else if (one == escape) {
            escaped_ = true;
        } else if (frame_.size() < max_frame) {
            frame_.push_back(!escaped_ ? one : one == escaped_delimiter ? delimiter : escape);
            escaped_ = false;
        }
    }
    return answers;
}

// An answer may pass over others (a message that was answered with the one behind it) but waits
// for none: the platform answers a terminal in its own order.
std::optional<LoadAnswer> LoadTerminal::answered() {
    const auto reply = reply_in(frame_);
    if (!reply) return std::nullopt;
    const auto found = std::ranges::find(waiting_, reply->serial, &Waiting::serial);
    if (found == waiting_.end()) return std::nullopt;
    LoadAnswer answer = found->answer;
    answer.accepted = reply->accepted;
    waiting_.erase(found);
    return answer;
}

}  // namespace liuhen::simulators
