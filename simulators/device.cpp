#include "simulators/device.hpp"

namespace liuhen::simulators {

telematics::Bytes through(const Network& network, Chance& chance, telematics::Bytes bytes) {
    if (chance.draw(network.loss) == Chance::Draw::yes) return {};
    if (chance.draw(network.duplicate) == Chance::Draw::yes) {
        const telematics::Bytes once = bytes;
        bytes.insert(bytes.end(), once.begin(), once.end());
    }
    return bytes;
}

Instant leaving_time(const Network& network, Chance& chance, Instant at, Duration report_every) {
    const auto longest = static_cast<double>(network.delay.count());
    Instant leaves = at + Duration{static_cast<Duration::rep>(chance.uniform() * longest)};
    if (chance.draw(network.disorder) == Chance::Draw::yes) leaves += report_every * 3 / 2;
    return leaves;
}

}  // namespace liuhen::simulators
