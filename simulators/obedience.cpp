#include "simulators/obedience.hpp"

#include "telematics/jtt808/lock_orders.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace liuhen::simulators {
namespace {

using namespace telematics::jtt808;
using telematics::Bytes;
using telematics::OrderForm;

constexpr std::uint32_t doors_locked = 1U << 12U;
constexpr std::uint16_t most_photos = 10;

// What it was set to at the factory: heartbeat and position intervals in seconds.
const std::map<std::uint32_t, Bytes> factory_settings{
    {0x0001, {std::byte{0}, std::byte{0}, std::byte{0}, std::byte{60}}},
    {0x0029, {std::byte{0}, std::byte{0}, std::byte{0}, std::byte{30}}}};

TerminalReply reply(const Message& order, std::uint16_t serial, Outcome outcome) {
    return {.serial = serial, .message = id_of(order), .outcome = outcome};
}

// Replies, registrations and the like are no orders.
bool is_order(const Message& message) {
    constexpr std::uint16_t answers[] = {PlatformReply::id, PlatformMissingParts::id,
                                         ServerTime::id, RegisterReply::id, MediaReply::id};
    const std::uint16_t id = id_of(message);
    return std::ranges::find(answers, id) == std::end(answers);
}

Outcome outcome_of(Temper temper) {
    return temper == Temper::refuses ? Outcome::failed : Outcome::unsupported;
}

}  // namespace

Obedience::Obedience(Layout layout, std::string terminal, OrderForm words, Chance chance)
    : layout_(layout),
      terminal_(std::move(terminal)),
      words_(words),
      latch_(chance),
      parameters_(factory_settings) {}

std::vector<Message> Obedience::hear(const Message& order, std::uint16_t serial) {
    if (!is_order(order) || temper_ == Temper::silent) return {};
    if (temper_ != Temper::obeys) return {reply(order, serial, outcome_of(temper_))};
    ++obeyed_[id_of(order)];
    return std::visit([&](const auto& one) { return take(one, serial); }, order);
}

std::string Obedience::hear(std::string_view sentence) {
    if (words_ != OrderForm::sentences || temper_ == Temper::silent) return {};
    return latch_.hear(sentence);
}

std::string Obedience::due(Monotonic when) {
    return words_ == OrderForm::sentences ? latch_.due(when) : std::string{};
}

std::vector<std::uint32_t> Obedience::photos_ordered() { return std::exchange(photos_, {}); }

template <class Other>
Obedience::Messages Obedience::take(const Other& order, std::uint16_t serial) {
    if constexpr (requires { fences_.take(order); }) fences_.take(order);
    return {reply(order, serial, Outcome::done)};
}

Obedience::Messages Obedience::take(const TextToDriver& order, std::uint16_t serial) {
    texts_.push_back(order.text.utf8);
    return {reply(order, serial, Outcome::done)};
}

Obedience::Messages Obedience::take(const LocateNow&, std::uint16_t serial) {
    return {PositionReply{.layout = layout_, .serial = serial, .position = with_doors()}};
}

Obedience::Messages Obedience::take(const SetParameters& order, std::uint16_t serial) {
    for (const Parameter& one : order.parameters) parameters_[one.id] = one.value;
    return {reply(order, serial, Outcome::done)};
}

ParametersReply Obedience::parameters_reply(std::uint16_t serial) const {
    return {.layout = layout_ == Layout::v2011 ? Layout::v2011 : Layout::v2013, .serial = serial};
}

Obedience::Messages Obedience::take(const QueryAllParameters&, std::uint16_t serial) {
    ParametersReply answer = parameters_reply(serial);
    for (const auto& [id, value] : parameters_) answer.parameters.push_back({id, value});
    answer.total = static_cast<std::uint8_t>(answer.parameters.size());
    return {answer};
}

Obedience::Messages Obedience::take(const QueryParameters& order, std::uint16_t serial) {
    ParametersReply answer = parameters_reply(serial);
    for (const std::uint32_t id : order.ids) {
        if (const auto known = parameters_.find(id); known != parameters_.end())
            answer.parameters.push_back({id, known->second});
    }
    answer.total = static_cast<std::uint8_t>(answer.parameters.size());
    return {answer};
}

Obedience::Messages Obedience::take(const QueryAttributes&, std::uint16_t) {
    constexpr std::uint16_t dangerous_goods = 1U << 1U, freight = 1U << 2U;
    TerminalAttributes answer;
    if (layout_ == Layout::v2019) answer.layout = AttributesLayout::v2019;
    answer.kind = dangerous_goods | freight;
    answer.maker = "LIUHE";
    answer.model = "SIM-1";
    answer.terminal = terminal_;
    answer.hardware = "1.0";
    answer.firmware = "1.0";
    answer.gnss = 3;
    return {answer};
}

// First that it was understood, then what became of it.
Obedience::Messages Obedience::take(const VehicleControl& order, std::uint16_t serial) {
    if (const auto wanted = doors_in(order)) doors_ = *wanted;
    return {reply(order, serial, Outcome::done),
            VehicleControlReply{.serial = serial, .position = with_doors()}};
}

Obedience::Messages Obedience::take(const Shoot& order, std::uint16_t serial) {
    const std::uint16_t count =
        order.command == Shoot::video ? std::uint16_t{0} : std::min(order.command, most_photos);
    ShotReply taken{.serial = serial, .result = 0};
    for (std::uint16_t i = 0; i < count; ++i) taken.media.push_back(next_medium_++);
    photos_ = taken.media;
    if (layout_ == Layout::v2011) return {reply(order, serial, Outcome::done)};
    return {reply(order, serial, Outcome::done), taken};
}

Obedience::Messages Obedience::take(const QueryDriver&, std::uint16_t) {
    DriverCard card{.layout = layout_ == Layout::v2019 ? Layout::v2019 : Layout::v2013};
    card.state = 1;
    card.time = here_.time;
    CardHolder holder{.name = "司机甲", .certificate = "331100190000000001", .issuer = "丽水市"};
    holder.valid_until = {std::byte{0x20}, std::byte{0x30}, std::byte{0x12}, std::byte{0x31}};
    card.reading = CardReading{.result = 0, .holder = holder};
    if (layout_ == Layout::v2019) card.identity = "331102199001010011";
    return {card};
}

Obedience::Messages Obedience::take(const QueryAreas& order, std::uint16_t) {
    return {fences_.tell(order)};
}

Obedience::Messages Obedience::take(const Unknown& order, std::uint16_t serial) {
    const bool is_for_lock = words_ == OrderForm::hhd && order.id == lock_settings_id;
    return {reply(order, serial, is_for_lock ? seal_or_unseal(order.body) : Outcome::unsupported)};
}

// Count, then id, length and value of each setting; the value of 24 is what to do and in whose
// name.
Outcome Obedience::seal_or_unseal(telematics::ByteView settings) {
    constexpr std::uint8_t seal_setting = 0x24, unseal = 0, seal = 1;
    telematics::Reader r{settings};
    Outcome outcome = Outcome::unsupported;
    for (int left = r.u8(); left > 0 && r.ok(); --left) {
        const std::uint8_t id = r.u8();
        telematics::Reader value{r.take(r.u8())};
        if (id != seal_setting) continue;
        const std::uint8_t wanted = value.u8();
        std::string user;
        for (const std::byte b : value.rest()) user.push_back(static_cast<char>(b));
        if (wanted == unseal) latch_.release(Opener::platform, user);
        const bool is_held = wanted == seal && latch_.hold(user) == Latch::Held::yes;
        if (wanted != unseal && !is_held) return Outcome::failed;
        outcome = Outcome::done;
    }
    return outcome;
}

Position Obedience::with_doors() const {
    Position position = here_;
    if (doors_ == Doors::locked) position.status |= doors_locked;
    if (doors_ == Doors::open) position.status &= ~doors_locked;
    return position;
}

}  // namespace liuhen::simulators
