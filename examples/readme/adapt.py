import anole

adapter = anole.load("start.anole").adapt(["wave.png", "point.png"], ["wave", "point"])
print(adapter.predict(["new.png"])[0])
