#include "simulators/load/load_terminal.hpp"

#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/location.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

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
    : number_(number), shape_(&shape), head_(head_of(number)), start_(start) {}

Bytes LoadTerminal::authenticate(LoadClock::time_point due) {
    const Bytes body =
        encode(Authenticate{.code = shape_->auth_code, .imei = {}, .software = {}}, head_.edition);
    return message(Authenticate::id, body, {.serial = 0, .first = 0, .answer = {.due = due}});
}

Bytes LoadTerminal::report(LoadClock::time_point due) {
    const auto first = static_cast<std::uint32_t>(acknowledged_.size());
    acknowledged_.resize(acknowledged_.size() + shape_->batch);
    return positions(first, {.due = due, .positions = shape_->batch});
}

void LoadTerminal::lose_line() {
    std::erase_if(waiting_, [](const Waiting& one) { return one.answer.positions == 0; });
    frame_.clear();
    escaped_ = false;
}

Bytes LoadTerminal::tell_again() {
    Bytes all;
    for (const Waiting& one : std::exchange(waiting_, {})) {
        const Bytes again = positions(one.first, one.answer);
        all.insert(all.end(), again.begin(), again.end());
    }
    return all;
}

Bytes LoadTerminal::positions(std::uint32_t first, LoadAnswer answer) {
    const Waiting waiting{.serial = 0, .first = first, .answer = answer};
    if (answer.positions == 1) {
        return message(Position::id, encode(report_of(fix_at(first)), head_.edition), waiting);
    }
    Batch batch;
    batch.kind = Batch::blind_area;
    batch.announced = static_cast<std::uint16_t>(answer.positions);
    for (std::uint32_t i = 0; i < answer.positions; ++i) {
        batch.bodies.push_back(encode(report_of(fix_at(first + i)), head_.edition));
    }
    return message(Batch::id, encode(batch, head_.edition), waiting);
}

Fix LoadTerminal::fix_at(std::uint32_t n) const {
    const std::uint32_t lap = (start_ + n) % (2 * road_steps);
    const double share =
        static_cast<double>(lap < road_steps ? lap : 2 * road_steps - lap) / road_steps;
    Fix fix;
    fix.at = time_of(n);
    fix.where = {.lat = shape_->from.lat + share * (shape_->until.lat - shape_->from.lat),
                 .lon = shape_->from.lon + share * (shape_->until.lon - shape_->from.lon)};
    fix.speed = from_kmh(60);
    fix.heading = {lap < road_steps ? 90.0 : 270.0};
    fix.satellites = static_cast<std::uint8_t>(9 + n % 4);
    fix.odometer = Metres{1e6 + 17.0 * (start_ + n)};
    return fix;
}

Bytes LoadTerminal::message(std::uint16_t id, ByteView body, Waiting waiting) {
    head_.id = id;
    head_.serial = serial_;
    // A message in parts is answered by the serial of its last one.
    serial_ = static_cast<std::uint16_t>(serial_ + frames_needed(body.size()) - 1);
    waiting.serial = serial_++;
    waiting_.push_back(waiting);
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
    for (std::uint32_t i = 0; answer.accepted && i < answer.positions; ++i) {
        acknowledged_[found->first + i] = true;
    }
    waiting_.erase(found);
    return answer;
}

}  // namespace liuhen::simulators
