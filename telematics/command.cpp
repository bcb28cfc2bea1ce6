#include "telematics/command.hpp"

#include <array>
#include <cassert>

namespace liuhen::telematics {

std::string_view code(Untold why) {
    static constexpr std::array<std::string_view, static_cast<std::size_t>(Untold::count_)> names{
        "not_supported", "too_long", "busy", "not_ready"};
    assert(why < Untold::count_);
    return names[static_cast<std::size_t>(why)];
}

}  // namespace liuhen::telematics
