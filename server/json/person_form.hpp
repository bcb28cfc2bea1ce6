// People in the bodies of events, and their identity numbers (GB 11643): a body brings them whole,
// everything that is shown, stored or hashed as JSON has their mask.
#pragma once

#include "manifest/manifest.hpp"
#include "server/json/fields.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server {

/// Seats of a truck, by the member of the body that names who sits there.
inline constexpr std::string_view crew_seats[] = {"driver", "escort"};

/// Person `name` of a body: an object, or just a name. The number is kept as its mask; a fault of
/// the number never repeats it.
manifest::Person read_person(Fields& form, std::string_view name);

/// "3301**********001X": the first and the last four of eighteen.
std::string masked_number(std::string number);

/// A number as the body brought it.
struct StatedNumber {
    std::string seat;  ///< of `crew_seats`
    std::string number;
};
/// Puts masks in the place of the numbers in a body that has been read without faults, and returns
/// what stood there.
std::vector<StatedNumber> take_person_numbers(nlohmann::json& body);

}  // namespace liuhen::server
