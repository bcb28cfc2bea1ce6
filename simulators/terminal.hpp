// A truck's JT/T 808 terminal: registers, authenticates, reports, obeys, keeps what was not
// acknowledged.
#pragma once

#include "simulators/camera.hpp"
#include "simulators/device.hpp"
#include "simulators/model.hpp"
#include "simulators/obedience.hpp"
#include "simulators/parting.hpp"
#include "telematics/jtt808/messages.hpp"
#include "telematics/jtt808/reassembly.hpp"
#include "telematics/jtt808/scanner.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace liuhen::simulators {

inline constexpr std::size_t max_terminal_flights = 32;  ///< messages without an answer yet
inline constexpr std::size_t max_batch = 20;             ///< positions in one 0x0704

class Terminal final : public Device {
public:
    /// `edition` is "2011", "2013" or "2019". `auth_code` is empty for a terminal that has to
    /// register first.
    Terminal(std::string number, std::string_view edition, std::string plate, Network network,
             Duration report_every, Chance chance, const Model& model = models().front());

    /// Takes a fix and what the model tells with it; out of radio reach it is kept for a 0x0704.
    void record(const Fix& fix, const Condition& condition = {});

    /// A message beside positions: a waybill, a driver's card. Leaves with the next bytes.
    void tell(const telematics::jtt808::Message& message);
    void set_temper(Temper temper) { obedience_.set_temper(temper); }
    [[nodiscard]] const Obedience& obedience() const { return obedience_; }
    /// What holds its lock, of a model that has one.
    [[nodiscard]] Latch& latch() { return obedience_.latch(); }
    /// The doors were opened where it stands: it takes a picture and sends it.
    void see_doors_opened();
    /// These parts, counted from 1, of the next picture are lost on the way.
    void lose_parts(std::vector<std::uint16_t> parts) { lost_parts_ = std::move(parts); }
    [[nodiscard]] const Camera& camera() const { return camera_; }

    telematics::Bytes greet(Monotonic when) override;
    telematics::Bytes due(Instant now, Monotonic when) override;
    void hear(telematics::ByteView bytes) override;
    void lost() override;

    enum class Standing : std::uint8_t { offline, registering, authenticating, talking, refused };
    [[nodiscard]] Standing standing() const { return standing_; }

private:
    telematics::Bytes message(const telematics::jtt808::Message& message);
    telematics::Bytes next_positions(Instant now, Monotonic when);
    void obey(const telematics::jtt808::Message& order, std::uint16_t serial);
    void send_picture(std::uint32_t number, Occasion occasion);
    void say(const telematics::Bytes& bytes);
    [[nodiscard]] telematics::Bytes in_brackets(std::string_view command) const;
    void hear_frame(const telematics::jtt808::Frame& frame);
    void hear_message(const telematics::jtt808::Message& message, std::uint16_t serial);
    void hear_reply(const telematics::jtt808::PlatformReply& reply);

    telematics::jtt808::Header head_;
    std::string plate_;
    telematics::jtt808::RegisterLayout layout_;
    Network network_;
    Duration report_every_;
    Chance chance_;
    const Model& model_;
    Condition condition_;              ///< as last told
    Motor told_motor_ = Motor::holds;  ///< as last told
    Obedience obedience_;
    Camera camera_;
    std::uint32_t own_pictures_ = 1'000'000;  ///< numbers that no order names
    telematics::jtt808::Position here_;
    std::vector<std::uint16_t> lost_parts_;
    Parting parting_;
    telematics::jtt808::FrameScanner scanner_;
    telematics::jtt808::Reassembly reassembly_;
    std::string auth_code_;
    telematics::Bytes pending_;  ///< to be sent before anything else
    std::uint16_t serial_{};
    Standing standing_ = Standing::offline;
    Monotonic spoke_{};
};

}  // namespace liuhen::simulators
