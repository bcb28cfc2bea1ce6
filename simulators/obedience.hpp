// What a terminal does with what the platform tells it: each order has its answer, at once.
#pragma once

#include "simulators/fences.hpp"
#include "simulators/latch.hpp"
#include "telematics/jtt808/messages.hpp"
#include "telematics/profile.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::simulators {

/// How a terminal takes orders.
enum class Temper : std::uint8_t {
    obeys,
    refuses,     ///< 0x0001 with result 1
    knows_none,  ///< 0x0001 with result 3
    silent,
};

/// What a terminal has been told, and its answers. Without a socket.
class Obedience {
public:
    /// `layout` is that of its edition; `terminal` its maker's own id; `words` those in which its
    /// lock takes orders.
    Obedience(telematics::jtt808::Layout layout, std::string terminal,
              telematics::OrderForm words = telematics::OrderForm::none, Chance chance = Chance{0});

    /// Where the truck was last, as every answer with a position tells it.
    void stand_at(telematics::jtt808::Position here) { here_ = std::move(here); }
    void set_temper(Temper temper) { temper_ = temper; }

    /// The answers to a message of the platform, in their order; empty when it wants none.
    std::vector<telematics::jtt808::Message> hear(const telematics::jtt808::Message& order,
                                                  std::uint16_t serial);
    /// The answer to a sentence between the frames, `(P43,888888`, as `Latch::hear` has it.
    std::string hear(std::string_view sentence);
    /// What its lock has to say by itself in sentences; empty when there is nothing.
    std::string due(Monotonic when);
    /// The numbers of photos that were ordered and are to be sent now. Asked once.
    std::vector<std::uint32_t> photos_ordered();

    [[nodiscard]] const std::vector<std::string>& texts() const { return texts_; }
    [[nodiscard]] const std::map<std::uint32_t, telematics::Bytes>& parameters() const {
        return parameters_;
    }
    [[nodiscard]] const Fences& fences() const { return fences_; }
    /// What holds its lock, of a model that has one.
    [[nodiscard]] Latch& latch() { return latch_; }
    [[nodiscard]] const Latch& latch() const { return latch_; }
    [[nodiscard]] telematics::jtt808::Doors doors() const { return doors_; }
    /// Orders taken, by message id.
    [[nodiscard]] const std::map<std::uint16_t, int>& obeyed() const { return obeyed_; }

private:
    using Message = telematics::jtt808::Message;
    using Messages = std::vector<Message>;

    Messages take(const telematics::jtt808::TextToDriver& order, std::uint16_t serial);
    Messages take(const telematics::jtt808::LocateNow& order, std::uint16_t serial);
    Messages take(const telematics::jtt808::SetParameters& order, std::uint16_t serial);
    Messages take(const telematics::jtt808::QueryAllParameters& order, std::uint16_t serial);
    Messages take(const telematics::jtt808::QueryParameters& order, std::uint16_t serial);
    Messages take(const telematics::jtt808::QueryAttributes& order, std::uint16_t serial);
    Messages take(const telematics::jtt808::VehicleControl& order, std::uint16_t serial);
    Messages take(const telematics::jtt808::Shoot& order, std::uint16_t serial);
    Messages take(const telematics::jtt808::QueryDriver& order, std::uint16_t serial);
    Messages take(const telematics::jtt808::QueryAreas& order, std::uint16_t serial);
    Messages take(const telematics::jtt808::Unknown& order, std::uint16_t serial);
    template <class Other>
    Messages take(const Other& order, std::uint16_t serial);

    telematics::jtt808::Position with_doors() const;
    telematics::jtt808::Outcome seal_or_unseal(telematics::ByteView settings);
    telematics::jtt808::ParametersReply parameters_reply(std::uint16_t serial) const;

    telematics::jtt808::Layout layout_;
    std::string terminal_;
    telematics::OrderForm words_;
    Latch latch_;
    Fences fences_;
    Temper temper_ = Temper::obeys;
    telematics::jtt808::Position here_;
    telematics::jtt808::Doors doors_ = telematics::jtt808::Doors::locked;
    std::map<std::uint32_t, telematics::Bytes> parameters_;
    std::vector<std::string> texts_;
    std::map<std::uint16_t, int> obeyed_;
    std::vector<std::uint32_t> photos_;
    std::uint32_t next_medium_ = 1;
};

}  // namespace liuhen::simulators
